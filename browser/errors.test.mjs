// Broken files are refused in the page in the words of the command line, $DARTBOARD: all of its message but for hints about its
// options, in whose place the page may speak of its own controls.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { launch, open, settled } from "./browser.mjs";

const file = process.env.DARTBOARD_PAGE ?? fileURLToPath(new URL("../web/dist/index.html", import.meta.url));
const program = process.env.DARTBOARD;
const lines = (...all) => all.join("\n") + "\n";

/// What is to be chosen in the page, as labels and options, and the same as options of the command line.
const EVENTS = { choose: { "they are": "probabilities" }, options: ["--loss", "bce,brier,accuracy"] };
const CLASSES = { choose: { "they are": "classes" }, predictions: "p_*", model: "p_a, p_b" };
const WEIGHTED = { choose: { weights: "w" }, options: ["--weight", "w"] };
const COUNTS = { choose: { "scored by": "poisson_deviance" }, options: ["--loss", "poisson_deviance"] };

const BROKEN = {
  "empty.csv": "",
  "blank.csv": " \n\n",
  "header.csv": lines("y,p"),
  "short.csv": lines("y,p", "1,2", "3"),
  "long.csv": lines("y,p", "1,2", "3,4,5"),
  "lines_in_quotes.csv": lines("y,p,name", "1,2,\"a", "b\"", "3,4"),
  "quote.csv": lines("y,p", "1,\"2", "3,4"),
  "twice.csv": lines("y,p,p", "1,2,3"),
  "latin.csv": Buffer.from("y,p\n1,2\n\xe9,3\n", "latin1"),
  "tabs.tsv": lines("y\tp", "1\t2", "3"),
  "bars.psv": lines("y|p", "1|2", "3|4|5"),
  "text.csv": lines("y,p", "1,2", "3,many"),
  "text_of_truth.csv": lines("y,p", "1,2", "lots,3"),
  "words.csv": lines("y,p", "spam,0.5", "ham,0.2"),
  "decimal_comma.csv": lines("y;p", "1;2", "3;4,5"),
  "thousands.csv": lines("y,p", "1,2", "3,\"1,234\""),
  "currency.csv": lines("y,p", "1,2", "3,$4"),
  "percent.csv": lines("y,p", "1,2", "3,40 %"),
  "not_available.csv": lines("y,p", "1,NA", "3,2"),
  "nan.csv": lines("y,p", "1,2", "3,nan"),
  "nan_of_truth.csv": lines("y,p", "NaN,2", "3,1"),
  "infinite.csv": lines("y,p", "1,2", "3,inf"),
  "several_infinite.csv": lines("y,p", "1,inf", "3,inf", "3,-inf", "3,inf", "2,3"),
  "all_missing.csv": lines("y,p", "3,", ",2"),
  "told_as_probability.csv": lines("y,p", "1,0.5", "0,1.2"),
  "above_1.csv": [lines("y,p", "1,0.5", "0,1.2"), EVENTS],
  "below_0.csv": [lines("y,p", "1,-0.5", "0,0.2"), EVENTS],
  "labels.csv": [lines("y,p", "1,0.5", "2,0.2"), EVENTS],
  "half_a_label.csv": [lines("y,p", "1,0.5", "0.5,0.2"), EVENTS],
  "negative_weight.csv": [lines("y,p,w", "1,0.5,1", "2,0.2,-1"), WEIGHTED],
  "infinite_weight.csv": [lines("y,p,w", "1,0.5,inf", "2,0.2,1"), WEIGHTED],
  "no_weight.csv": [lines("y,p,w", "1,0.5,0", "2,0.2,0"), WEIGHTED],
  "negative_count.csv": [lines("y,p", "1,0.5", "-2,0.2"), COUNTS],
  "negative_mean.csv": [lines("y,p", "1,0.5", "2,-0.2"), COUNTS],
  "classes_above_1.csv": [lines("y,p_a,p_b", "a,0.5,0.5", "b,0.7,0.7"), CLASSES],
  "class_below_0.csv": [lines("y,p_a,p_b", "a,0.5,0.5", "b,-0.1,1.1"), CLASSES],
};

let browser;
const folder = mkdtempSync(join(tmpdir(), "dartboard-"));
before(async () => { browser = await launch(); });
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/// The message of the command line, and the part that is about its options.
const refused = (name, { predictions = "p", options = [] }) => {
  const given = ["score", name, "--truth", "y", "--pred", predictions, ...options];
  const { status, stderr, error } = spawnSync(program, given, { cwd: folder, encoding: "utf8" });
  assert.ok(status === 1 || status === 2, `${name}: ${status}, ${error ?? stderr}`);
  const message = stderr.trim().replace(/^error: /, "");
  const at = message.search(/; [^;]*--[a-z]/);
  return at < 0 ? [message, ""] : [message.slice(0, at), message.slice(at)];
};

for (const [name, of] of Object.entries(BROKEN)) {
  test(name, { skip: !program && "DARTBOARD names no program" }, async () => {
    const [content, asked] = Array.isArray(of) ? of : [of, {}];
    const path = join(folder, name);
    writeFileSync(path, content);
    const page = await open(browser, `${pathToFileURL(file).href}#/score`);
    try {
      await page.getByLabel(/Drop a CSV/).setInputFiles(path);
      for (const [label, option] of Object.entries(asked.choose ?? {})) await page.getByLabel(label, { exact: true }).selectOption(option);
      await settled(page);
      const found = await page.getByRole("alert").textContent();
      const [said, hint] = refused(name, asked);
      // The page has no patterns: it names the columns.
      const message = asked.model ? said.replace(asked.predictions, asked.model) : said;
      assert.equal(found.slice(0, message.length), message);
      const rest = found.slice(message.length);
      assert.ok(rest === "" || (hint && rest.startsWith("; ")), `${found}, where the command line says ${message}${hint}`);
    } finally {
      await page.context().close();
    }
  });
}
