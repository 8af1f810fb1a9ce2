// The Rust side: questions in, answers out. Nothing about a loss is known here.

interface Exports {
  memory: WebAssembly.Memory;
  question_buffer(bytes: number): number;
  file_buffer(bytes: number): number;
  ask(): number;
  answer_text(): number;
  answer_numbers(): number;
  answer_numbers_length(): number;
}

let rust: Exports;

const write = new TextEncoder();
const read = new TextDecoder();

/** Starts the Rust side, which src/boot.js has unpacked. */
export async function start(): Promise<void> {
  const { dartboard } = globalThis as unknown as { dartboard: Uint8Array<ArrayBuffer> };
  const { instance } = await WebAssembly.instantiate(dartboard);
  rust = instance.exports as unknown as Exports;
}

// After room was made: memory that grows is another buffer.
const put = (at: number, bytes: Uint8Array) => new Uint8Array(rust.memory.buffer, at, bytes.length).set(bytes);

/** An answer: what the object says, and numbers with all their bits. */
export type Answer<T> = T & { numbers: Float64Array };

/** A question that has no answer, in words for the reader. */
export class Refused extends Error {}

/** What a question may hold. */
type Field = string | number | boolean | readonly (string | number)[];

const number = (value: string | number) => (typeof value === 'number' ? String(value).replace('Infinity', 'inf') : value);

/**
 * Asks. Fields stand between separators of ASCII, which no text has: Rust needs no reader of JSON for that.
 * @throws Refused with a text for the reader.
 */
export function ask<T>(name: string, question: Record<string, Field> = {}, file?: Uint8Array): Answer<T> {
  const fields = Object.entries({ ask: name, ...question }).map(([name, value]) => `${name}=${Array.isArray(value) ? value.map(number).join('\x1f') : number(value as string)}`);
  const text = write.encode(fields.join('\x1e'));
  put(rust.question_buffer(text.length), text);
  if (file) put(rust.file_buffer(file.length), file);
  const length = rust.ask();
  const answer = JSON.parse(read.decode(new Uint8Array(rust.memory.buffer, rust.answer_text(), length)));
  if (typeof answer.error === 'string') throw new Refused(answer.error);
  answer.numbers = new Float64Array(rust.memory.buffer, rust.answer_numbers(), rust.answer_numbers_length()).slice();
  return answer;
}

const kept = new Map<string, unknown>();

/** The same for questions whose answer never changes. */
export function know<T>(name: string, question: Record<string, Field> = {}): Answer<T> {
  const key = name + JSON.stringify(question);
  let answer = kept.get(key) as Answer<T> | undefined;
  if (!answer) kept.set(key, (answer = ask<T>(name, question)));
  return answer;
}
