// A dropped file: which columns it has, and which of them are meant.

import { signal } from '../signal';
import { useState } from 'preact/hooks';
import { ask } from '../rust';
import { attempt, Complaint, Drop, offered, Select } from '../ui';

export interface Column {
  name: string;
  numbers: boolean;
  missing: number;
  few: boolean;
  event: boolean;
}
export interface Opened {
  name: string;
  bytes: number;
  rows: number;
  columns: Column[];
}

/** The open file, for both panels that work on one. */
export const opened = signal<Opened | null>(null);
/** What was chosen in it. */
export const chosen = signal({ truth: '', predictions: [] as string[], kind: 'auto', by: '', weight: '', loss: '' });

/** Names by which truth and predictions often go: a first choice that is shown, and can be changed. */
const TRUTH = /^(y|truth|target|actual|label|price|observed)(_true)?$/i;
const PREDICTED = /^(p|pred|prediction|predicted|yhat|y_pred|y_hat|score)(_|$)/i;

const KINDS: [string, string][] = [
  ['auto', 'told from the values'],
  ['values', 'values'],
  ['probabilities', 'probabilities of 1'],
  ['logits', 'logits'],
  ['classes', 'a probability per class'],
  ['class_logits', 'a logit per class'],
];

export function TableInput({ forAdvice }: { forAdvice?: boolean }) {
  const [refused, setRefused] = useState<string>();
  const read = async (file: File) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { found, refused } = attempt(() => ask<Opened>('open', { name: file.name }, bytes));
    setRefused(refused);
    opened.value = found ?? null;
    if (!found) return;
    const named = (pattern: RegExp) => found.columns.filter((column) => pattern.test(column.name));
    const truth = named(TRUTH)[0]?.name ?? '';
    const predictions = named(PREDICTED).filter((column) => column.numbers && column.name !== truth).map((column) => column.name);
    const classes = predictions.length > 1 && !!truth && !found.columns.find((column) => column.name === truth)!.numbers;
    chosen.value = { truth, predictions: classes ? predictions : predictions.slice(0, 1), kind: classes ? 'classes' : 'auto', by: '', weight: '', loss: '' };
  };
  const set = (changes: Partial<typeof chosen.value>) => (chosen.value = { ...chosen.value, ...changes });
  const file = opened.value;
  const { truth, predictions, kind, by, weight, loss } = chosen.value;
  const numbers = file?.columns.filter((column) => column.numbers) ?? [];
  const none: [string, string] = ['', 'none'];
  const toggle = (name: string) => set({ predictions: predictions.includes(name) ? predictions.filter((other) => other !== name) : [...predictions, name] });
  return (
    <>
      <Drop label="Drop a CSV file with a header here, or choose it. It stays on this computer." accept=".csv,.tsv,.txt,.psv,text/csv" onFiles={([file]) => read(file)}>
        {file && <p class="quiet">{file.name}: {file.rows.toLocaleString('en')} rows, {file.columns.length} columns</p>}
      </Drop>
      <Complaint text={refused} />
      {file && (
        <div class="columns">
          <Select label="truth" value={truth} options={[['', 'choose'], ...file.columns.map((column): [string, string] => [column.name, column.name])]} onPick={(truth) => set({ truth })} />
          <fieldset class="picks">
            <legend>{forAdvice ? 'predictions, if there are any' : 'predictions'}</legend>
            {numbers.filter((column) => column.name !== truth).map((column) => (
              <label class="check" key={column.name}><input type="checkbox" checked={predictions.includes(column.name)} onChange={() => toggle(column.name)} /> {column.name}</label>
            ))}
          </fieldset>
          <Select label="they are" value={kind} options={KINDS} onPick={(kind) => set({ kind })} />
          {!forAdvice && <Select label="segments by" value={by} options={[none, ...file.columns.filter((column) => column.few).map((column): [string, string] => [column.name, column.name])]} onPick={(by) => set({ by })} />}
          {!forAdvice && <Select label="scored by" value={loss} options={[['', 'the usual losses'], ...[...offered('curves'), ...offered('classes')].map(({ name, title }): [string, string] => [name, `${name}: ${title}`])]} onPick={(loss) => set({ loss })} />}
          <Select label="weights" value={weight} options={[none, ...numbers.map((column): [string, string] => [column.name, column.name])]} onPick={(weight) => set({ weight })} />
        </div>
      )}
    </>
  );
}
