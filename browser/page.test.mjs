// The interactive page, web/dist/index.html or $DARTBOARD_PAGE, opened from the file system as a reader has it. What it shows is
// held against the answers of the same WebAssembly outside of the browser.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { launch, open, settled } from "./browser.mjs";
import { rustOf } from "../web/scripts/losses.mjs";

const file = process.env.DARTBOARD_PAGE ?? fileURLToPath(new URL("../web/dist/index.html", import.meta.url));
const examples = fileURLToPath(new URL("../examples/", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/// Where screenshots go, if anywhere.
const shots = process.env.SCREENSHOTS;
if (shots) mkdirSync(shots, { recursive: true });

const PANELS = ["darts", "prediction", "why", "outlier", "spam", "digits", "landscape", "choose", "score", "reference"];

let browser;
let rust;
before(async () => {
  browser = await launch();
  rust = await rustOf(file);
});
after(async () => { await browser?.close(); });

/// Runs a test on a panel, which must have nothing to complain about in the end.
const visit = async (address, options, check) => {
  const url = `${pathToFileURL(file).href}#/${address}`;
  const page = await open(browser, url, options);
  page.complaints = page.complaints.filter(text => text !== `request: ${pathToFileURL(file).href}`);
  try {
    await page.waitForSelector("h1");
    await settled(page);
    await check(page);
    assert.deepEqual(page.complaints, []);
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

const state = page => page.waitForTimeout(250).then(() => page.evaluate(() => new URLSearchParams(location.hash.split("?")[1] ?? "")
  .entries().toArray())).then(Object.fromEntries);
const list = text => text.split(",").map(Number);

describe("panels", () => {
  test("darts are thrown and dragged", () => visit("darts", {}, async page => {
    const before = await rows(page, "Losses of the darts");
    await page.getByRole("button", { name: "Throw 20 more" }).click();
    await drag(page, page.getByRole("slider", { name: "the last dart" }), 30, 40);
    await page.getByRole("slider", { name: "the last dart" }).press("ArrowLeft");
    const found = await rows(page, "Losses of the darts");
    assert.notDeepEqual(found, before);
    const { x, y } = await state(page);
    const [xs, ys] = [list(x), list(y)];
    assert.equal(xs.length, 25);
    const errors = xs.map((x, index) => Math.hypot(x, ys[index]));
    // The address holds six digits: what is shown with as many may differ in the last one.
    const { losses } = rust.ask("constants", { losses: ["mse", "mae", "huber(delta=2)"], errors, x: xs, y: ys });
    losses.forEach((loss, index) => {
      assert.equal(found[index][0], loss.loss);
      [loss.last, loss.mean, ...loss.best].forEach((text, cell) => close(found[index][cell + 1], text, 2e-5));
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
    const x = [0.6, 1.3, 2.1, 2.8, 3.4, 4.2, 4.9, 5.5, 6.3, 7.1, 7.8, 8.4, 9.2];
    rust.ask("fit", { losses: found.map(row => row[0]), x, y: list(y) }).fits.forEach((fit, index) => {
      [fit.slope, fit.intercept, fit.mean].forEach((text, cell) => close(found[index][cell + 1], text, 2e-5));
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
    const folder = mkdtempSync(join(tmpdir(), "dartboard-"));
    const [good, bad] = [join(folder, "good.json"), join(folder, "bad.json")];
    writeFileSync(good, JSON.stringify({ x: [0, 1, 2], y: [0, 1], z: [1, 2, null, 4, 5, 6], title: "mine", path: [[0, 0], [1, 1]] }));
    writeFileSync(bad, JSON.stringify({ x: [0, 1], y: [0, 1], z: [1] }));
    await page.getByLabel(/Drop a grid/).setInputFiles(bad);
    assert.equal(await page.getByRole("alert").textContent(), "this is no landscape: 'z' has 1 values, but x and y make 2 × 2 nodes");
    await page.getByLabel(/Drop a grid/).setInputFiles(good);
    await page.getByRole("heading", { name: "mine" }).waitFor();
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
    assert.ok((await rows(page, "Advised losses")).length > 1);
    await page.getByLabel("a prediction is for").selectOption("median");
    assert.match(await page.locator("p", { hasText: /^Goal/ }).textContent(), /median/);
  }));

  test("a file is scored as on the command line", () => visit("score", {}, async page => {
    await page.getByLabel(/Drop a CSV/).setInputFiles(join(examples, "house_prices.csv"));
    await page.getByLabel("truth", { exact: true }).selectOption("price");
    for (const name of ["p_linear", "p_lgbm_l2"]) await page.getByLabel(name, { exact: true }).check();
    // The numbers of the README.
    const found = (await rows(page, "Scores")).map(row => row.slice(1, 3).concat(row[4]));
    for (const line of [["mse", "970,838,134", "0.841"], ["mse", "534,220,472", "0.912"], ["mae", "14,428.5", "0.734"]]) {
      assert.ok(found.some(row => row[0] === line[0] && row[1] === line[1] && row[2].startsWith(line[2])), `${line} in ${found}`);
    }
    assert.ok(found.some(row => row[1] === "31,158.3"));
    const worst = await rows(page, "Worst rows of p_linear");
    assert.deepEqual(worst[0].slice(4), ["78,376,354,753", "9.2 %"]);
    assert.equal(worst[0][0], "764");
  }));

  test("a broken file gets the error of the command line", () => visit("score", {}, async page => {
    const folder = mkdtempSync(join(tmpdir(), "dartboard-"));
    const broken = join(folder, "broken.csv");
    writeFileSync(broken, "y,p\n1,2\n3\n");
    await page.getByLabel(/Drop a CSV/).setInputFiles(broken);
    assert.equal(await page.getByRole("alert").textContent(),
      "broken.csv: line 3 has 1 field where the header has 2 (fields separated by comma)");
  }));

  test("a large file", () => visit("score", {}, async page => {
    const folder = mkdtempSync(join(tmpdir(), "dartboard-"));
    const large = join(folder, "large.csv");
    const line = row => `${(row * 7919) % 1000 / 10},${(row * 104729) % 1000 / 10},${"abcdefgh"[row % 8]}\n`;
    writeFileSync(large, "y,pred,group\n" + Array.from({ length: 100_000 }, (_, row) => line(row)).join(""));
    await page.getByLabel(/Drop a CSV/).setInputFiles(large);
    await page.getByRole("heading", { name: "Scores" }).waitFor({ timeout: 30_000 });
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

/// Two texts of numbers that may differ by rounding.
const close = (found, expected, tolerance) => {
  const number = text => Number(text.replaceAll(",", "").replaceAll("−", "-"));
  const [a, b] = [number(found), number(expected)];
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${found} and ${expected}`);
};

describe("looks", () => {
  for (const width of [360, 1280, 2560]) {
    for (const dark of [false, true]) {
      test(`${width} px, ${dark ? "dark" : "light"}: nothing overflows and axe finds nothing`, () => visit("darts", { width, height: 900, dark }, async page => {
        for (const panel of PANELS) {
          await page.evaluate(panel => { location.hash = `/${panel}`; }, panel);
          await settled(page);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(over <= 0, `${panel} is ${over} px too wide`);
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
          assert.deepEqual(violations.map(({ id, nodes }) => [panel, id, nodes.map(node => node.html.slice(0, 160))]), []);
          // Every chart names its axes.
          const untitled = await page.locator("svg.fig").evaluateAll(all => all.filter(svg => svg.querySelectorAll("text.label").length < 2).length);
          assert.equal(untitled, 0, panel);
          if (shots) await page.screenshot({ path: join(shots, `${panel}-${width}-${dark ? "dark" : "light"}.png`), fullPage: panel !== "reference" });
        }
      }));
    }
  }
});
