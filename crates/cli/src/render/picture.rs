//! The figure of `dartboard choose`: errors with the laws that were fitted, or probabilities and what happened.

use std::io::Write;
use std::path::Path;

use dartboard_advice::{Picture, ReliabilityPicture, ResidualPicture};
use dartboard_figures::html::{self, Block as HtmlBlock};
use dartboard_figures::{
    Axis, Band, Chart, Colour, Error, Histogram, Line, Page, Row, Rule, RuleAt, Scatter, Series, Theme,
};
use dartboard_tables::choose::ChooseReport;

use super::document::Block;
use crate::failure::Failure;

/// A kind of file that a figure is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FigureFormat {
    Svg,
    Png,
    Html,
}

impl FigureFormat {
    /// The kind that an ending stands for.
    pub(crate) fn of(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
        match ending.as_ref().and_then(|ending| ending.to_str()) {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            Some("html") => Ok(Self::Html),
            _ => Err(Failure::usage(format!(
                "--figure {}: a figure is a file that ends in .svg, .png or .html",
                path.display()
            ))),
        }
    }
}

/// Pixels of a PNG per unit of the page: sharp on screens of high density.
pub(crate) const SCALE: f64 = 2.0;

/// Draws the advice into a file, which appears under its name only when it is complete.
pub(crate) fn write(report: &ChooseReport, path: &Path, format: FigureFormat) -> Result<(), Failure> {
    let Some(picture) = &report.advice.picture else {
        let why =
            "there is nothing to draw: it takes one model's predictions, at least 50 rows, and errors with some spread";
        return Err(Failure::Data(format!("--figure {}: {why}", path.display())));
    };
    let failed = |error: Error| Failure::Data(format!("the figure cannot be drawn: {error}"));
    let page = page(report, picture);
    let bytes = match format {
        FigureFormat::Svg => page.svg(Theme::Auto).map_err(failed)?.into_bytes(),
        FigureFormat::Png => page.png(Theme::Light, SCALE).map_err(failed)?,
        FigureFormat::Html => html(report, page).map_err(failed)?.into_bytes(),
    };
    write_whole(path, &bytes)
}

/// Writes a file, which appears under its name only when it is complete.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    // The system's message would name the temporary file.
    let io = |error: std::io::Error| Failure::System(error.kind(), format!("{}: {}", path.display(), error.kind()));
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    // A temporary file is for its owner alone; the figure is an ordinary file, as the user's mask has it.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    file.persist(path).map_err(|error| io(error.error))?;
    Ok(())
}

fn page(report: &ChooseReport, picture: &Picture) -> Page {
    let advice = &report.advice;
    let title = format!("{}: {}", report.predictions.join(", "), advice.target);
    let first = advice.losses.first().map_or_else(String::new, |loss| loss.spec.clone());
    let page =
        Page::new(title).subtitle(format!("{} rows; goal {}; loss {first}", advice.rows.weighted, advice.goal.goal));
    match picture {
        Picture::Residuals(picture) => residuals(page, &advice.target, picture),
        Picture::Reliability(picture) => page.row(Row::new([reliability(picture).into()])).width(620.0),
    }
}

fn residuals(page: Page, target: &str, picture: &ResidualPicture) -> Page {
    let errors = || Axis::new("error: truth less prediction").unit(target);
    let [low, high] = picture.window;
    let bars = picture.bars.len();
    let edges: Vec<f64> = (0..=bars).map(|i| low + (high - low) * i as f64 / bars as f64).collect();
    let mut laws = Chart::new("Errors and the laws that were fitted", errors().range(low, high), Axis::new("density"))
        .with(Histogram::new("errors", edges, picture.bars.clone()).colour(Colour::Grey));
    for ((name, heights), line) in
        picture.densities.iter().zip([Line::Solid, Line::Dashed, Line::Dotted, Line::DashDot])
    {
        let x: Vec<f64> =
            (0..heights.len()).map(|i| low + (high - low) * i as f64 / (heights.len() - 1) as f64).collect();
        laws = laws.with(Series::new(name, x, heights.clone()).line(line));
    }
    let (normal, observed): (Vec<f64>, Vec<f64>) = picture.normal_quantiles.iter().map(|[x, y]| (*x, *y)).unzip();
    let quantiles = Chart::new(
        "Against a Gaussian",
        Axis::new("quantile of a Gaussian"),
        Axis::new("quantile of the errors").unit("robust sd"),
    )
    .with(Rule::diagonal("a Gaussian"))
    .with(Scatter::new("errors", normal, observed));
    let mut spread =
        Chart::new("Errors over predictions", Axis::new("prediction").unit(target), errors().range(low, high))
            .with(Rule::new("", RuleAt::Y(0.0)))
            .with(Scatter::new("rows", picture.predictions.clone(), picture.residuals.clone()).colour(Colour::Grey));
    if let Some([x, lower, middle, upper]) = quartiles(&picture.predictions, &picture.residuals) {
        spread = spread
            .with(Band::new("the middle half", x.clone(), lower, upper).colour(Colour::Slot(1)))
            .with(Series::new("median", x, middle).colour(Colour::Slot(1)));
    }
    page.row(Row::new([laws.into(), quantiles.into()]).weights([1.5, 1.0]).height(330.0))
        .row(Row::new([spread.into()]).height(330.0))
}

/// Over bins of equally many rows: the mean prediction, the quartiles and the median of the errors.
fn quartiles(predictions: &[f64], residuals: &[f64]) -> Option<[Vec<f64>; 4]> {
    /// Fewer rows have no quartiles worth drawing.
    const LEAST: usize = 20;
    const MOST: usize = 15;
    let bins = (predictions.len() / LEAST).min(MOST);
    if bins < 3 {
        return None;
    }
    let mut rows: Vec<(f64, f64)> = predictions.iter().copied().zip(residuals.iter().copied()).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
    let mut lists = [(); 4].map(|()| vec![]);
    for bin in 0..bins {
        let rows = &rows[bin * rows.len() / bins..(bin + 1) * rows.len() / bins];
        let mut sorted: Vec<f64> = rows.iter().map(|(_, residual)| *residual).collect();
        sorted.sort_by(f64::total_cmp);
        let quantile = |level: f64| sorted[((sorted.len() - 1) as f64 * level).round() as usize];
        let mean = rows.iter().map(|(prediction, _)| prediction).sum::<f64>() / rows.len() as f64;
        // Equal predictions in several bins would be one place with several medians.
        if lists[0].last().is_none_or(|last| mean > *last) {
            for (list, value) in lists.iter_mut().zip([mean, quantile(0.25), quantile(0.5), quantile(0.75)]) {
                list.push(value);
            }
        }
    }
    (lists[0].len() >= 3).then_some(lists)
}

fn reliability(picture: &ReliabilityPicture) -> Chart {
    let column =
        |of: &dyn Fn(&dartboard_advice::ReliabilityBin) -> f64| picture.bins.iter().map(of).collect::<Vec<f64>>();
    let predicted = column(&|bin| bin.predicted);
    let ends = |sign: f64| column(&|bin| (bin.happened + sign * 1.96 * bin.error).clamp(0.0, 1.0));
    Chart::new(
        "Predicted and observed",
        Axis::new("mean predicted probability").range(0.0, 1.0),
        Axis::new("share that happened").range(0.0, 1.0),
    )
    .with(Rule::diagonal("calibrated"))
    .with(Band::new("95 % interval", predicted.clone(), ends(-1.0), ends(1.0)))
    .with(Series::new("tenths of the rows", predicted, column(&|bin| bin.happened)).markers())
    .square()
}

/// The whole advice as a page, the figure first.
fn html(report: &ChooseReport, page: Page) -> Result<String, Error> {
    let advice = &report.advice;
    let mut document = html::Document::new(format!("Which loss for {}", advice.target))
        .figure(page, "Errors, or probabilities, of rows that the model has not seen.");
    for block in super::advice::document(report).0 {
        document = match block {
            Block::Heading(text) => document.heading(text),
            Block::Text(text) | Block::Remark(text) | Block::Title(text) => document.text(text),
            Block::Bullets(list) => document.with(HtmlBlock::List(list)),
            Block::Commands(list) => document.with(HtmlBlock::Code(list.join("\n"))),
            Block::Grid(grid) => document.with(HtmlBlock::Table(table(&grid))),
            Block::Facts(facts) => document
                .with(HtmlBlock::List(facts.iter().map(|(name, cell)| format!("{name}: {}", plain(cell))).collect())),
            Block::Formulas(_) | Block::Plot(_) => document,
        };
    }
    document.html()
}

fn table(grid: &super::document::Grid) -> html::Table {
    use super::document::Kind;
    html::Table {
        caption: String::new(),
        columns: grid
            .columns
            .iter()
            .map(|column| match column.kind {
                Kind::Number => html::Column::numbers(column.name.as_str()),
                Kind::Word | Kind::Prose => html::Column::words(column.name.as_str()),
            })
            .collect(),
        rows: grid.rows.iter().map(|row| row.iter().map(plain).collect()).collect(),
    }
}

/// A cell without its meaning.
pub(crate) fn plain(cell: &super::document::Cell) -> String {
    use super::document::Text;
    match &cell.text {
        Text::Plain(text) | Text::Code(text) | Text::Link { text, .. } => text.clone(),
        Text::Math(math) => math.unicode.clone(),
    }
}
