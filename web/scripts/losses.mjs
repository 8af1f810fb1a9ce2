// The Rust side outside of a browser: for the scripts that build the page, and for its tests.
import { readFileSync } from 'node:fs';
import { letters, unlzma } from '../src/unpack.js';

/** From a file of WebAssembly. */
export const load = (path) => rust(readFileSync(path));

/** From a page that was built. */
export function rustOf(page) {
  const [, length, style, script, text] = readFileSync(page, 'utf8').match(/<script id="packed" type="text\/plain" data-length="(\d+)" data-style="(\d+)" data-script="(\d+)">([^<]*)</);
  return rust(unlzma(letters(text), Number(length)).subarray(Number(style) + Number(script)));
}

/** A question as the page writes it. */
export function written(name, question) {
  const one = (value) => String(value).replace('Infinity', 'inf');
  const field = ([name, value]) => `${name}=${[value].flat().map(one).join('\x1f')}`;
  return Object.entries({ ask: name, ...question }).map(field).join('\x1e');
}

async function rust(code) {
  const { instance } = await WebAssembly.instantiate(code);
  const rust = instance.exports;
  const [write, read] = [new TextEncoder(), new TextDecoder()];
  const put = (at, bytes) => new Uint8Array(rust.memory.buffer, at, bytes.length).set(bytes);
  return {
    /** The bytes of WebAssembly. */
    code,
    ask(name, question = {}, file) {
      const text = write.encode(written(name, question));
      put(rust.question_buffer(text.length), text);
      if (file) put(rust.file_buffer(file.length), file);
      const length = rust.ask();
      const text_ = read.decode(new Uint8Array(rust.memory.buffer, rust.answer_text(), length));
      const answer = JSON.parse(text_);
      answer.text = text_;
      answer.numbers = new Float64Array(rust.memory.buffer, rust.answer_numbers(), rust.answer_numbers_length()).slice();
      return answer;
    },
  };
}
