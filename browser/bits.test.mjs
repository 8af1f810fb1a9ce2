// The WebAssembly in the page against the native build of the same code: the same texts, and the same bits of every number, at
// every reference point for every loss that takes it. $DARTBOARD_ANSWERS is the native program.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { rustOf, written } from "../web/scripts/losses.mjs";

const here = path => fileURLToPath(new URL(path, import.meta.url));
const program = process.env.DARTBOARD_ANSWERS;

const bits = numbers => [...new BigUint64Array(numbers.buffer)].map(word => word.toString(16).padStart(16, "0")).join(" ");

/// Asks both sides the same; returns how many answers had numbers.
const compare = async questions => {
  const rust = await rustOf(process.env.DARTBOARD_PAGE ?? here("../web/dist/index.html"));
  const input = questions.map(([name, question]) => written(name, question)).join("\n") + "\n";
  const { stdout, status, error } = spawnSync(program, { input, encoding: "utf8", maxBuffer: 2 ** 30 });
  assert.equal(status, 0, String(error));
  const native = stdout.replace(/\n$/, "").split("\n");
  assert.equal(native.length, questions.length);
  let found = 0;
  questions.forEach(([name, question], index) => {
    const answer = rust.ask(name, question);
    assert.equal(`${answer.text}\t${bits(answer.numbers)}`, native[index], JSON.stringify(question));
    found += answer.numbers.length > 0;
  });
  return found;
};

test("losses at the reference points", { skip: !program && "DARTBOARD_ANSWERS names no program" }, async () => {
  const { points } = JSON.parse(readFileSync(here("../golden/values.json"), "utf8"));
  const rust = await rustOf(process.env.DARTBOARD_PAGE ?? here("../web/dist/index.html"));
  const names = rust.ask("reference").lines.map(line => line.name);
  const ofOne = new Set(rust.ask("losses", { for: "curves" }).losses.map(loss => loss.name));
  const questions = points.flatMap(point => names.filter(name => Array.isArray(point.p) !== ofOne.has(name))
    .map(loss => ["row", { loss, target: point.y, prediction: [point.p].flat() }]));
  const found = await compare(questions);
  assert.ok(found > 5000, `${found} of ${questions.length}`);
});

test("everything else that panels ask", { skip: !program && "DARTBOARD_ANSWERS names no program" }, async () => {
  const x = [0.6, 1.3, 2.1, 2.8, 3.4, 4.2, 4.9, 5.5, 6.3, 7.1];
  const y = [1.9, 1.6, 2.9, 2.4, 3.6, 3.3, 4.4, 4.1, 5.2, 11];
  const losses = ["mse", "mae", "huber(delta=0.5)", "cauchy", "log_cosh"];
  await compare([
    ["curves", { losses, target: 0.5, low: -6, high: 6, steps: 300 }],
    ["fit", { losses, x, y }],
    ["constants", { losses, errors: x, x, y }],
    ["throws", { count: 100, x: 1, y: -1, spread: 2, wild: 1, seed: 7 }],
    ["softmax", { loss: "cce_logits", logits: [1.2, 0.5, 3.1, 0.8], class: 2, smoothing: 0.1 }],
    ["event", { losses: ["bce", "bce_logits"], target: 1, z: 40 }],
    ...["slope", "wave", "line", "neuron"].flatMap(model => [
      ["landscape", { model, loss: "huber", low: -4, high: 4, steps: 30 }],
      ["descent", { model, loss: "log_cosh", start: [-2, 3], step: 0.2, momentum: 0.5, steps: 100 }],
    ]),
    ["why", { loss: "bce", at: [] }],
    ["reference", {}],
    ["page", { loss: "tweedie(power=1.7)" }],
    ["style", {}],
  ]);
});

/// The bytes of the functions: what lies in the module's section 10.
const functions = code => {
  let at = 8;
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = code[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < code.length) {
    const section = code[at++];
    const length = number();
    if (section === 10) return code.subarray(at, at + length);
    at += length;
  }
  return assert.fail("there is no section of functions");
};

test("the WebAssembly computes in vectors of two numbers", async () => {
  const { code } = await rustOf(process.env.DARTBOARD_PAGE ?? here("../web/dist/index.html"));
  assert.ok(WebAssembly.validate(code));
  const bytes = functions(code);
  // The prefix of vectors, and the numbers of their instructions as LEB128: https://webassembly.github.io/spec/core/binary/instructions.html
  const count = low => bytes.reduce((found, byte, at) => found + (byte === 0xfd && bytes[at + 1] === low && bytes[at + 2] === 1), 0);
  const found = { "f64x2.add": count(0xf0), "f64x2.sub": count(0xf1), "f64x2.mul": count(0xf2) };
  // Exact sums have a loop for values and one for products, each with two additions and four subtractions of vectors.
  assert.ok(found["f64x2.add"] >= 4 && found["f64x2.sub"] >= 8, JSON.stringify(found));
});
