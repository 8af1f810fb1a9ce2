// The interactive page, web/dist/index.html or $DARTBOARD_PAGE, opened from the file system as a reader has it. What it shows is
// held against the same code built natively, $DARTBOARD_ANSWERS, and against the command line, $DARTBOARD.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { launch, open, settled } from "./browser.mjs";
import { written } from "../web/scripts/losses.mjs";

const file = process.env.DARTBOARD_PAGE ?? fileURLToPath(new URL("../web/dist/index.html", import.meta.url));
const examples = fileURLToPath(new URL("../examples/", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/// Where screenshots go, if anywhere.
const shots = process.env.SCREENSHOTS;
if (shots) mkdirSync(shots, { recursive: true });

const PANELS = ["darts", "prediction", "why", "outlier", "spam", "digits", "landscape", "choose", "score", "reference"];

const { DARTBOARD: program, DARTBOARD_ANSWERS: answers } = process.env;
for (const [name, path] of Object.entries({ DARTBOARD: program, DARTBOARD_ANSWERS: answers })) if (!path) throw new Error(`${name} names no program: browser/run builds it`);

/// What a program prints; its input is a text or nothing.
const printed = (path, given, input = "") => {
  const { stdout, stderr, status, error } = spawnSync(path, given, { cwd: fileURLToPath(new URL("../", import.meta.url)), input, encoding: "utf8", maxBuffer: 2 ** 28 });
  assert.equal(status, 0, `${path} ${given}: ${error ?? stderr}`);
  return stdout;
};

/// The native answer to a question.
const rust = {
  ask(name, question) {
    const [text, bits] = printed(answers, [], `${written(name, question)}\n`).replace(/\n$/, "").split("\t");
    const words = bits ? bits.split(" ").map(word => BigInt(`0x${word}`)) : [];
    return { ...JSON.parse(text), numbers: new Float64Array(new BigUint64Array(words).buffer) };
  },
};

/// Whether a text shows a number, to the last digit that it has.
const shows = (text, value, what = "") => {
  if (value === null || value === undefined) return assert.match(text, /^[–]?$/, what);
  const [, mantissa, , unit] = text.replaceAll(",", "").replace("+", "").replaceAll("−", "-").match(/^(-?[\d.]+(e-?\d+)?)( %)?$/) ?? assert.fail(`${text} is no number: ${what}`);
  const [digits, exponent = "0"] = mantissa.split("e");
  const last = 10 ** (Number(exponent) - (digits.split(".")[1]?.length ?? 0));
  const shown = Number(mantissa);
  const true_ = unit ? 100 * value : value;
  assert.ok(Math.abs(shown - true_) <= last * 0.5000001, `${text} for ${true_}: ${what}`);
};

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

/// Runs a test on a panel, which must have nothing to complain about in the end.
const visit = async (address, options, check) => {
  const url = `${pathToFileURL(file).href}#/${address}`;
  const page = await open(browser, url, options);
  try {
    await page.waitForSelector("h1");
    await settled(page);
    await check(page);
    // The file itself, with another address or opened again.
    assert.deepEqual(page.complaints.filter(text => text !== `request: ${pathToFileURL(file).href}`), []);
  } finally {
    await page.context().close();
  }
};

/// The rows of a table as texts.
const rows = (page, label) => page.getByRole("region", { name: label, exact: true }).locator("tbody tr").evaluateAll(
  all => all.map(row => [...row.cells].map(cell => cell.textContent.trim())));

/// Drags a handle by so many pixels.
const drag = async (page, handle, right, down) => {
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.locator(".knob").boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + right / 2, y + down / 2);
  await page.mouse.move(x + right, y + down);
  await page.mouse.up();
  await settled(page);
};

/// The fields of the address, which the page writes a while after a change: a timer of the page itself that is set later and
/// waits longer ends after that, however busy the machine is.
const state = page => page.evaluate(() => new Promise(done => setTimeout(done, 250))
  .then(() => new URLSearchParams(location.hash.split("?")[1] ?? "").entries().toArray())).then(Object.fromEntries);
const list = text => text.split(",").map(Number);

describe("panels", () => {
  test("darts are thrown and dragged", () => visit("darts", {}, async page => {
    const before = await rows(page, "Losses of the darts");
    await page.getByRole("button", { name: "Throw 20 more" }).click();
    await drag(page, page.getByRole("slider", { name: "the last dart" }), 30, 40);
    await page.getByRole("slider", { name: "the last dart" }).press("ArrowLeft");
    const dragged = await rows(page, "Losses of the darts");
    assert.notDeepEqual(dragged, before);
    // The address holds six digits; from there on all numbers are the same.
    const { x, y } = await state(page);
    await page.reload();
    await page.waitForSelector("h1");
    await settled(page);
    const found = await rows(page, "Losses of the darts");
    const [xs, ys] = [list(x), list(y)];
    assert.equal(xs.length, 25);
    const errors = xs.map((x, index) => Math.hypot(x, ys[index]));
    const { losses } = rust.ask("constants", { losses: ["mse", "mae", "huber(delta=2)"], errors, x: xs, y: ys });
    losses.forEach((loss, index) => {
      assert.equal(found[index][0], loss.loss);
      assert.deepEqual(found[index].slice(1), [loss.last, loss.mean, ...loss.best]);
    });
  }));

  test("a prediction is moved by keyboard and mouse, in every loss", () => visit("prediction", {}, async page => {
    const handle = page.getByRole("slider", { name: "prediction z" });
    await handle.focus();
    for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowRight");
    const check = async prediction => {
      for (const [spec, ...cells] of await rows(page, "Value, gradient and Hessian")) {
        const { value, gradient, hessian, exact } = rust.ask("row", { loss: spec, target: 0, prediction });
        assert.deepEqual(cells, [value, gradient[0], hessian[0], exact]);
      }
    };
    await check(2.8);
    await drag(page, handle, -120, 0);
    const { z } = await state(page);
    assert.ok(Number(z) < 2.8);
    await page.getByLabel("add a loss").selectOption("log_cosh");
    assert.equal((await rows(page, "Value, gradient and Hessian")).length, 4);
    await page.getByLabel("the model predicts").selectOption("logit");
    await page.getByRole("radio", { name: "no: y = 0" }).check();
    const [first] = await rows(page, "Value, gradient and Hessian");
    assert.equal(first[1], rust.ask("row", { loss: "bce_logits", target: 0, prediction: -1 }).value);
    // A formula that the browser can set, from the code.
    const formula = await page.locator(".formulacard math").first().innerHTML();
    assert.ok(formula.includes("<mi>z</mi>") || formula.includes(">z<"), formula);
  }));

  test("the tables move", () => visit("why", {}, async page => {
    const table = "Why squared?";
    assert.deepEqual((await rows(page, table)).at(-1), ["sum 0", "22", "202"]);
    await page.getByRole("slider", { name: "error 1", exact: true }).press("ArrowRight");
    assert.deepEqual((await rows(page, table))[0], ["−9", "9", "81"]);
    assert.deepEqual((await rows(page, table)).at(-1), ["sum 1", "21", "183"]);
    const logarithm = (await rows(page, "Why the logarithm?")).map(row => row[2]);
    assert.deepEqual(logarithm, ["4.6052", "2.3026", "0.6931", "0.1054", "0.0101"]);
    await page.getByRole("slider", { name: "probability of the truth 1", exact: true }).press("Home");
    assert.equal((await rows(page, "Why the logarithm?"))[0][2], "∞");
  }));

  test("an outlier tilts squares and leaves absolute error", () => visit("outlier", {}, async page => {
    const before = await rows(page, "Lines");
    const handle = page.getByRole("slider", { name: "the outlier" });
    await drag(page, handle, 0, 60);
    const between = await rows(page, "Lines");
    await handle.press("ArrowDown");
    const found = await rows(page, "Lines");
    const slope = list => Number(list[1]);
    assert.ok(slope(between[0]) < slope(before[0]) && slope(found[0]) < slope(between[0]));
    assert.equal(found[1][1], before[1][1]);
    const { y } = await state(page);
    await page.reload();
    await page.waitForSelector("h1");
    await settled(page);
    const shown = await rows(page, "Lines");
    const x = [0.6, 1.3, 2.1, 2.8, 3.4, 4.2, 4.9, 5.5, 6.3, 7.1, 7.8, 8.4, 9.2];
    rust.ask("fit", { losses: found.map(row => row[0]), x, y: list(y) }).fits.forEach((fit, index) => {
      assert.deepEqual(shown[index].slice(1, 4), [fit.slope, fit.intercept, fit.mean]);
    });
  }));

  test("probability and logit", () => visit("spam", {}, async page => {
    const cells = async () => rows(page, "The loss in both ways");
    assert.equal((await cells())[0][2], "1.60944");
    await page.getByRole("button", { name: "p = 0", exact: true }).click();
    assert.equal((await cells())[0][2], "∞");
    await page.getByRole("button", { name: "z = 40" }).click();
    const [bce, logits] = await cells();
    assert.equal(bce[2], "0");
    assert.deepEqual([logits[5], logits[3]], ["4.248354255291589e-18", "−4.24835e−18"]);
    await page.getByRole("radio", { name: "not spam: y = 0" }).check();
    assert.equal((await cells())[1][2], "40");
    await page.getByRole("button", { name: "z = 0" }).click();
    await page.getByRole("slider", { name: "logit" }).press("ArrowRight");
    const { losses } = rust.ask("event", { losses: ["bce", "bce_logits"], target: 0, z: 0.1 });
    assert.deepEqual((await cells()).map(row => row[5]), losses.map(loss => loss.exact));
    await drag(page, page.getByRole("slider", { name: "probability of spam" }), 60, 0);
    assert.ok(Number((await state(page)).p) > 0.525);
  }));

  test("digits", () => visit("digits", {}, async page => {
    assert.match(await page.locator(".result").textContent(), /loss 0\.2807 .*all digits 0\.2807337/);
    const table = async () => rows(page, "Every class");
    assert.deepEqual((await table()).map(row => row[2]), ["0.1130", "0.0561", "0.7552", "0.0757"]);
    await page.getByRole("button", { name: "Raise all by 1" }).click();
    assert.match(await page.locator(".result").textContent(), /loss 0\.2807 /);
    await page.getByLabel("label smoothing").press("End");
    await page.getByRole("radio", { name: "class 0" }).check();
    const question = { loss: "cce_logits", logits: [2.2, 1.5, 4.1, 1.8], class: 0, smoothing: 0.5 };
    const { gradient, exact } = rust.ask("softmax", question);
    assert.deepEqual((await table()).map(row => row[4]), gradient);
    assert.ok((await page.locator(".result").textContent()).includes(exact));
  }));

  test("descents", () => visit("landscape", {}, async page => {
    const facts = async () => (await page.locator(".facts dd").allTextContents()).slice(0, 4);
    const least = rust.ask("descent", { model: "line", loss: "mse", start: [-2, 4], step: 0.1, momentum: 0, steps: 200 });
    assert.equal((await facts())[1], `mean loss ${least.loss}`);
    await drag(page, page.getByRole("slider", { name: "start" }), 60, 60);
    assert.equal((await facts())[1], `mean loss ${least.loss}`, "one bowl has one minimum");
    await page.getByLabel("step size").press("End");
    assert.match((await facts())[1], /left the map/);
    await page.getByLabel("step size").press("Home");
    const surface = page.getByRole("slider", { name: /Surface/ });
    const seen = await surface.evaluate(canvas => canvas.toDataURL());
    await surface.press("ArrowRight");
    await settled(page);
    assert.notEqual(await surface.evaluate(canvas => canvas.toDataURL()), seen);
    await page.getByRole("radio", { name: "wave" }).check();
    const start = page.getByRole("slider", { name: "start" });
    await start.press("ArrowRight");
    await page.getByRole("radio", { name: "one neuron" }).check();
    await page.getByRole("button", { name: "Play the descent" }).click();
    await page.getByRole("radio", { name: "line", exact: true }).check();
    await page.getByLabel("step size").press("ArrowRight");
    await page.getByLabel("loss", { exact: true }).selectOption("huber");
    const { start: from, step } = await state(page);
    await page.reload();
    await page.waitForSelector("h1");
    await settled(page);
    const path = rust.ask("descent", { model: "line", loss: "huber", start: list(from), step, momentum: 0, steps: 200 });
    const map = rust.ask("landscape", { model: "line", loss: "huber", low: -3, high: 5, steps: 60 });
    assert.deepEqual((await page.locator(".facts dd").allTextContents()).slice(1),
      [`mean loss ${path.loss}`, path.weights.join(", "), path.gradient.join(", "), map.least]);
  }));

  test("a landscape of the command line", () => visit("landscape", {}, async page => {
    const folder = mkdtempSync(join(tmpdir(), "dartboard-"));
    const model = ["--model", "linear", "--data", "examples/houses.csv", "--truth", "price", "--features", "gr_liv_area"];
    const run = (name, ...more) => {
      printed(program, ["landscape", ...model, "--output", join(folder, name), ...more]);
      return ["grid.csv", "landscape.json"].map(file => join(folder, name, file));
    };
    const drop = page.getByLabel(/Drop the folder/);
    const files = run("plane", "--loss", "mse,mae", "--grid", "21x17");
    await drop.setInputFiles(files);
    await page.getByRole("heading", { name: "linear: 2 weights" }).waitFor();
    const found = JSON.parse(readFileSync(files[1], "utf8"));
    for (const { loss, findings } of found.views) {
      await page.getByRole("radio", { name: loss, exact: true }).check();
      const [, low, high, steps] = (await page.getByText(/^m[sa]e: from /).textContent()).match(/from (\S+) to (\S+); .* (\d+) steps/);
      shows(low, findings.lowest);
      shows(high, findings.highest);
      assert.equal(Number(steps), findings.path.length - 1);
    }
    const maps = page.getByRole("group", { name: "Map of the loss", exact: true });
    assert.ok((await maps.textContent()).includes("gr_liv_area") && (await maps.textContent()).includes("bias"));
    // A line, and a grid alone.
    await drop.setInputFiles(run("line", "--dirs", "w0"));
    await page.getByRole("group", { name: "Loss along the weight" }).waitFor();
    await drop.setInputFiles(files[0]);
    await page.getByRole("heading", { name: "grid.csv" }).waitFor();
    const bad = join(folder, "grid.csv");
    writeFileSync(bad, "loss,x,y,value\nmse,0,0,1\nmse,1,0,2\nmse,0,1,3\n");
    await drop.setInputFiles(bad);
    await page.getByText("grid.csv: the points of mse are no grid, row by row", { exact: true }).waitFor();
    await drop.setInputFiles(files[1]);
    await page.getByText(/^there is no grid.csv among these files/).waitFor();
    // The same put into the page by the command line.
    const explored = join(folder, "page.html");
    printed(program, ["explore", "--run", join(folder, "plane"), "--output", explored]);
    const other = await open(browser, pathToFileURL(explored).href);
    await other.getByRole("heading", { name: "linear: 2 weights" }).waitFor();
    assert.deepEqual(other.complaints.filter(text => text !== `request: ${pathToFileURL(explored).href}`), []);
    await other.context().close();
  }));

  test("questions lead to a loss", () => visit("choose", {}, async page => {
    for (const answer of ["yes or no", "probability"]) await page.getByRole("radio", { name: answer, exact: true }).check();
    const cards = await page.locator(".card h3 a").allTextContents();
    assert.ok(cards.includes("bce") && cards.includes("bce_logits"), String(cards));
    // By keyboard: arrows move between the answers to a question.
    await page.getByRole("radio", { name: "yes or no", exact: true }).press("ArrowRight");
    assert.ok(await page.getByRole("radio", { name: "one of several classes" }).isChecked());
    await page.getByRole("button", { name: "One answer back" }).click();
  }));

  test("a file is advised on", () => visit("choose", {}, async page => {
    await page.getByLabel(/Drop a CSV/).setInputFiles(join(examples, "house_prices.csv"));
    await page.getByLabel("truth", { exact: true }).selectOption("price");
    await page.getByLabel("p_lgbm_l2").check();
    await page.getByLabel("p_linear").uncheck().catch(() => {});
    await page.getByRole("heading", { name: "Losses, best first" }).waitFor();
    const { advice } = JSON.parse(printed(program, ["choose", "examples/house_prices.csv", "--truth", "price", "--pred", "p_lgbm_l2", "--format", "json"]));
    const losses = await rows(page, "Advised losses");
    assert.deepEqual(losses.map(row => row.slice(0, 3)), advice.losses.map(loss => [loss.spec, loss.elicits, loss.serves_goal ? "yes" : "no"]));
    const evidence = await rows(page, "Evidence");
    assert.deepEqual(evidence.map(row => row[0]), advice.evidence.map(law => law.noise));
    evidence.slice(1).forEach((row, index) => shows(row[1], advice.evidence[index + 1].bic, row[0]));
    const constants = await rows(page, "Constants");
    constants.forEach((row, index) => shows(row[1], advice.constants[index].value, row[0]));
    await page.getByLabel("a prediction is for").selectOption("median");
    assert.match(await page.locator("p", { hasText: /^Goal/ }).textContent(), /median/);
    assert.match(await page.locator("p", { hasText: /^Task/ }).textContent(), /^Task price is a positive amount: /);
    // The options of the command line are no use here.
    assert.doesNotMatch(await page.locator("main").innerText(), / --[a-z]/);
    await page.getByLabel("a prediction is for").selectOption("");
    await page.getByLabel(/Drop a CSV/).setInputFiles({ name: "shares.csv", mimeType: "text/csv", buffer: Buffer.from("y,p\n1,\n1,0.5\n0,1.5\n") });
    await page.getByLabel("truth", { exact: true }).selectOption("y");
    await page.getByLabel("p", { exact: true }).check();
    await page.getByText("row 3 of shares.csv: `p` is 1.5; a probability lies in 0 to 1; logits are another kind of prediction", { exact: true }).waitFor();
  }));

  test("a file is scored as on the command line", () => visit("score", {}, async page => {
    await page.getByLabel(/Drop a CSV/).setInputFiles(join(examples, "house_prices.csv"));
    await page.getByLabel("truth", { exact: true }).selectOption("price");
    for (const name of ["p_linear", "p_lgbm_l2"]) await page.getByLabel(name, { exact: true }).check();
    await page.getByLabel("segments by").selectOption("central_air");
    const given = ["score", "examples/house_prices.csv", "--truth", "price", "--pred", "p_linear,p_lgbm_l2", "--by", "central_air", "--worst", "5"];
    const report = JSON.parse(printed(program, [...given, "--format", "json"]));
    const scores = report.overall.models.flatMap(model => model.scores);
    const found = await rows(page, "Scores");
    assert.equal(found.length, scores.length);
    found.forEach((row, index) => {
      assert.equal(row[1], scores[index].measure);
      shows(row[2], scores[index].value, row[1]);
      shows(row[4], scores[index].skill, row[1]);
    });
    (await rows(page, "Comparisons")).forEach((row, index) => {
      const pair = report.overall.comparisons[index];
      assert.deepEqual([row[0], row[1], row[5]], [`${pair.first} − ${pair.second}`, pair.measure, pair.verdict]);
      shows(row[2], pair.difference, pair.measure);
      shows(row[3], pair.standard_error, pair.measure);
      row[4].split(" to ").forEach((end, place) => shows(end, pair.interval[place], pair.measure));
    });
    (await rows(page, "Segments")).forEach(([name, count, ...values], index) => {
      const segment = report.segments[index];
      assert.deepEqual([name, Number(count)], [segment.segment[0], segment.rows]);
      values.forEach((value, place) => shows(value, segment.models.flatMap(model => model.scores)[place].value, name));
    });
    for (const worst of report.worst) {
      (await rows(page, `Worst rows of ${worst.model}`)).forEach((row, index) => {
        const expected = worst.rows[index];
        assert.equal(row[0], String(expected.row));
        shows(row[2], expected.truth);
        shows(row[3], expected.prediction);
        shows(row[4], expected.loss);
        shows(row[5], expected.share);
      });
    }
    // Another loss, weights, and a task that is not told from the values.
    await page.getByLabel("scored by").selectOption("log_cosh");
    await page.getByLabel("weights", { exact: true }).selectOption("gr_liv_area");
    const weighted = JSON.parse(printed(program, [...given, "--loss", "log_cosh", "--weight", "gr_liv_area", "--format", "json"]));
    (await rows(page, "Scores")).forEach((row, index) => shows(row[2], weighted.overall.models[index].scores[0].value));
    const [pair] = weighted.overall.comparisons;
    const [compared] = await rows(page, "Comparisons");
    shows(compared[2], pair.difference);
    shows(compared[3], pair.standard_error);
  }));

  test("logits are scored as on the command line", () => visit("score", {}, async page => {
    await page.getByLabel(/Drop a CSV/).setInputFiles(join(examples, "spam_mail.csv"));
    await page.getByLabel("truth", { exact: true }).selectOption("label");
    await page.getByRole("group", { name: "predictions" }).getByRole("checkbox").evaluateAll(all => all.filter(box => box.checked).forEach(box => box.click()));
    await page.getByLabel("z_tfidf", { exact: true }).check();
    await page.getByLabel("they are").selectOption("logits");
    const report = JSON.parse(printed(program, ["score", "examples/spam_mail.csv", "--truth", "label", "--logits", "z_tfidf", "--format", "json"]));
    const found = await rows(page, "Scores");
    found.forEach((row, index) => {
      const score = report.overall.models[0].scores[index];
      assert.equal(row[1], score.measure);
      shows(row[2], score.value, row[1]);
      shows(row[4], score.skill, row[1]);
    });
  }));

  test("a large file", context => visit("score", {}, async page => {
    const folder = mkdtempSync(join(tmpdir(), "dartboard-"));
    const large = join(folder, "large.csv");
    const line = row => `${(row * 7919) % 1000 / 10},${(row * 104729) % 1000 / 10},${"abcdefgh"[row % 8]}\n`;
    writeFileSync(large, "y,pred,group\n" + Array.from({ length: 100_000 }, (_, row) => line(row)).join(""));
    // From the file's arrival to the next frame with its scores; no limit, because machines differ.
    await page.evaluate(() => {
      document.addEventListener("change", () => {
        const started = performance.now();
        const look = () => {
          if ([...document.querySelectorAll("h2")].some(title => title.textContent === "Scores")) globalThis.took = performance.now() - started;
          else requestAnimationFrame(look);
        };
        look();
      }, { capture: true, once: true });
    });
    await page.getByLabel(/Drop a CSV/).setInputFiles(large);
    await page.getByRole("heading", { name: "Scores" }).waitFor({ timeout: 30_000 });
    await page.waitForFunction(() => globalThis.took > 0);
    context.diagnostic(`100,000 rows scored in ${Math.round(await page.evaluate(() => globalThis.took))} ms`);
    const { rows: count } = { rows: await page.getByText(/100,000 rows scored/).count() };
    assert.equal(count, 1);
  }));

  test("the reference is searched, and opens pages", () => visit("reference", {}, async page => {
    await page.getByLabel("Find a loss").fill("pinball");
    assert.ok((await rows(page, "All losses")).some(row => row[0].startsWith("quantile")));
    await page.getByRole("link", { name: "quantile" }).click();
    assert.match(await page.locator(".page h1").textContent(), /^quantile: /);
    await page.getByRole("button", { name: "All losses" }).click();
    await page.getByLabel("Find a loss").fill("");
    const all = await rows(page, "All losses");
    assert.equal(all.length, rust.ask("reference").lines.length);
  }));

  test("a link holds the state of a panel", () => visit("spam?truth=0&z=2&by=z", {}, async page => {
    const { losses } = rust.ask("event", { losses: ["bce", "bce_logits"], target: 0, z: 2 });
    assert.deepEqual((await rows(page, "The loss in both ways")).map(row => row[5]), losses.map(loss => loss.exact));
    await page.evaluate(() => { location.hash = "/digits?truth=1"; });
    await page.getByRole("heading", { name: "Digits" }).waitFor();
    assert.ok(await page.getByRole("radio", { name: "class 1" }).isChecked());
  }));

  // How long frames take while something is dragged: told, not limited, because machines differ.
  for (const [panel, label] of [["darts", "the last dart"], ["prediction", "prediction z"], ["outlier", "the outlier"], ["spam", "logit"], ["landscape", "start"]]) {
    test(`frames while dragging: ${panel}`, context => visit(panel, {}, async page => {
      const handle = page.getByRole("slider", { name: label, exact: true });
      await handle.scrollIntoViewIfNeeded();
      const box = await handle.locator(".knob").boundingBox();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.evaluate(() => {
        globalThis.frames = [];
        let last = performance.now();
        const tick = now => { globalThis.frames.push(now - last); last = now; globalThis.frame = requestAnimationFrame(tick); };
        globalThis.frame = requestAnimationFrame(tick);
      });
      await page.mouse.move(x, y);
      await page.mouse.down();
      for (let step = 1; step <= 60; step++) await page.mouse.move(x + 40 * Math.sin(step / 6), y + 30 * Math.sin(step / 9));
      await page.mouse.up();
      const frames = await page.evaluate(() => { cancelAnimationFrame(globalThis.frame); return globalThis.frames.slice(1).sort((a, b) => a - b); });
      assert.ok(frames.length > 1);
      context.diagnostic(`${panel}: ${frames.length} frames, median ${frames[frames.length >> 1].toFixed(1)} ms, longest ${frames.at(-1).toFixed(1)} ms`);
    }));
  }

  test("fingers drag too", () => visit("outlier", { hasTouch: true, isMobile: true, width: 390, height: 800 }, async page => {
    const before = await rows(page, "Lines");
    const box = await page.getByRole("slider", { name: "the outlier" }).locator(".knob").boundingBox();
    const client = await page.context().newCDPSession(page);
    const at = (x, y) => [{ x, y }];
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(x, y) });
    await client.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(x, y + 60) });
    await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await settled(page);
    assert.notDeepEqual((await rows(page, "Lines"))[0], before[0]);
  }));
});

describe("looks", () => {
  let run;
  before(() => {
    const folder = join(mkdtempSync(join(tmpdir(), "dartboard-")), "run");
    printed(program, ["landscape", "--model", "mlp:4,tanh", "--data", "examples/houses.csv", "--truth", "price", "--features", "gr_liv_area,year_built",
      "--fit", "descent", "--steps", "60", "--grid", "31x31", "--output", folder]);
    run = ["grid.csv", "landscape.json"].map(name => join(folder, name));
  });
  for (const width of [360, 1280, 3840]) {
    for (const dark of [false, true]) {
      test(`${width} px, ${dark ? "dark" : "light"}: nothing overflows and axe finds nothing`, () => visit("darts", { width, height: 900, dark }, async page => {
        for (const panel of PANELS) {
          await page.evaluate(panel => { location.hash = `/${panel}`; }, panel);
          await settled(page);
          if (panel === "score" || panel === "choose") {
            await page.getByLabel(/Drop a CSV/).setInputFiles(join(examples, "house_prices.csv"));
            await page.getByLabel("truth", { exact: true }).selectOption("price");
            for (const name of ["p_linear", "p_lgbm_l2"]) await page.getByLabel(name, { exact: true }).check();
            if (panel === "score") await page.getByLabel("segments by").selectOption("central_air");
            await settled(page);
          }
          if (panel === "landscape") {
            await page.getByLabel(/Drop the folder/).setInputFiles(run);
            await page.getByRole("heading", { name: /mlp/ }).waitFor();
          }
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(over <= 0, `${panel} is ${over} px too wide`);
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
          assert.deepEqual(violations.map(({ id, nodes }) => [panel, id, nodes.map(node => node.html.slice(0, 160))]), []);
          // Every chart names its axes.
          const untitled = await page.locator("svg.fig").evaluateAll(all => all.filter(svg => svg.querySelectorAll("text.label").length < 2).length);
          assert.equal(untitled, 0, panel);
          // The bar at the top would stand in the middle of a whole page that is scrolled.
          if (shots) await page.evaluate(() => scrollTo(0, 0));
          if (shots) await page.screenshot({ path: join(shots, `${panel}-${width}-${dark ? "dark" : "light"}.png`), fullPage: panel !== "reference" });
        }
      }));
    }
  }
});
