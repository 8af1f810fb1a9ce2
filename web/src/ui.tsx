// Controls and pieces that panels share.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { Signal } from './signal';
import { plain } from './chart';
import { know, Refused } from './rust';
import { panelState, type Plain } from './state';

/** A loss as panels offer it. */
export interface Loss {
  name: string;
  title: string;
  symbol: string;
  kind: string;
  event: boolean;
  raw: boolean;
  summary: string;
  parameters: { name: string; default: number; meaning: string; range: string; ends: [number | null, number | null] }[];
  targets: [number | null, number | null];
  predictions: [number | null, number | null];
}

export const offered = (use: string) => know<{ losses: Loss[] }>('losses', { for: use }).losses;

/** The name of a spec. */
export const nameOf = (spec: string) => spec.split('(')[0];

/** Specs in one text: commas within parentheses separate nothing. */
export const split = (list: string): string[] => list.match(/[^,(]+(\([^)]*\))?/g)?.map((spec) => spec.trim()) ?? [];

/** The state of a panel for as long as it is shown. */
export function useState_<T extends Record<string, Plain>>(panel: string, defaults: T) {
  const made = useMemo(() => panelState(panel, defaults), []);
  useEffect(() => made.stop, []);
  return made.state;
}

/** What a question answers, or why it does not. */
export function attempt<T>(work: () => T): { found?: T; refused?: string } {
  try {
    return { found: work() };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message };
    throw error;
  }
}

export const Complaint = ({ text }: { text?: string }) => (text ? <p class="complaint" role="alert">{text}</p> : null);

interface PanelProps {
  title: string;
  lead: string;
  notice: ComponentChildren;
  children: ComponentChildren;
}

export const Panel = ({ title, lead, notice, children }: PanelProps) => (
  <section class="panel" aria-labelledby="title">
    <h1 id="title" tabindex={-1}>{title}</h1>
    <p class="lead">{lead}</p>
    <p class="notice"><strong>Notice</strong> {notice}</p>
    {children}
  </section>
);

interface SliderProps {
  label: ComponentChildren;
  value: Signal<number>;
  low: number;
  high: number;
  step: number;
  text?: string;
  color?: string;
}

let fields = 0;

export function Slider({ label, value, low, high, step, text, color }: SliderProps) {
  const id = useMemo(() => `field${++fields}`, []);
  return (
    <div class="slider">
      <label for={id} class={color}>{label}</label>
      <input id={id} type="range" min={low} max={high} step={step} value={value.value} aria-valuetext={text} onInput={(event) => (value.value = Number(event.currentTarget.value))} />
      <output for={id}>{text ?? plain(value.value)}</output>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: Signal<string>;
  options: [value: string, text: string][];
}

/** One of a few. */
export function Choice({ label, value, options }: ChoiceProps) {
  const id = useMemo(() => `field${++fields}`, []);
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {options.map(([option, text]) => (
        <label key={option}>
          <input type="radio" name={id} value={option} checked={value.value === option} onChange={() => (value.value = option)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** One of many. */
export function Select({ label, value, options, onPick }: { label: string; value: string; options: [string, string][]; onPick: (value: string) => void }) {
  const id = useMemo(() => `field${++fields}`, []);
  return (
    <div class="select">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {options.map(([option, text]) => <option key={option} value={option}>{text}</option>)}
      </select>
    </div>
  );
}

export function Check({ label, value }: { label: string; value: Signal<boolean> }) {
  return (
    <label class="check">
      <input type="checkbox" checked={value.value} onChange={(event) => (value.value = event.currentTarget.checked)} /> {label}
    </label>
  );
}

/** A formula from Rust. */
export const Formula = ({ math, block }: { math: string; block?: boolean }) => <math display={block ? 'block' : 'inline'} dangerouslySetInnerHTML={{ __html: math }} />;

/** Losses with their colours, parameters to be set, and a way to take or leave them. */
export function Losses({ specs, from, most = 4 }: { specs: Signal<string>; from: Loss[]; most?: number }) {
  const chosen = split(specs.value);
  const write = (list: string[]) => (specs.value = list.join(','));
  const free = from.filter((loss) => !chosen.some((spec) => nameOf(spec) === loss.name));
  return (
    <div class="losses" role="group" aria-label="Losses">
      {chosen.map((spec, index) => {
        const loss = from.find((loss) => loss.name === nameOf(spec));
        return (
          <div class={`loss c${index}`} key={nameOf(spec)}>
            <span class="swatch" aria-hidden="true" />
            <span class="name">{nameOf(spec)}</span>
            {loss?.parameters.map((parameter) => <Parameter key={parameter.name} spec={spec} parameter={parameter} write={(to) => write(chosen.map((other) => (other === spec ? to : other)))} loss={loss} />)}
            {chosen.length > 1 && <button type="button" class="leave" aria-label={`leave out ${nameOf(spec)}`} onClick={() => write(chosen.filter((other) => other !== spec))}>×</button>}
          </div>
        );
      })}
      {chosen.length < most && free.length > 0 && (
        <select class="more" aria-label="add a loss" value="" onChange={(event) => { write([...chosen, event.currentTarget.value]); event.currentTarget.value = ''; }}>
          <option value="">add a loss</option>
          {free.map((loss) => <option key={loss.name} value={loss.name}>{loss.name}: {loss.title}</option>)}
        </select>
      )}
    </div>
  );
}

/** The parameters of a spec by name. */
export function parametersOf(spec: string, loss: Loss): Record<string, number> {
  const found = Object.fromEntries(loss.parameters.map((parameter) => [parameter.name, parameter.default]));
  for (const part of spec.match(/\((.*)\)/)?.[1].split(',') ?? []) {
    const [name, value] = part.split('=');
    if (value !== undefined) found[name.trim()] = Number(value);
  }
  return found;
}

function Parameter({ spec, loss, parameter, write }: { spec: string; loss: Loss; parameter: Loss['parameters'][number]; write: (spec: string) => void }) {
  const values = parametersOf(spec, loss);
  const value = values[parameter.name];
  const [low, high] = parameter.ends;
  // A tenth of the range where there are two ends, else from a tenth to ten times the usual.
  const from = low !== null && high !== null ? low + (high - low) / 20 : Math.max(low ?? -Infinity, parameter.default / 10 || -2);
  const to = low !== null && high !== null ? high - (high - low) / 20 : Math.min(high ?? Infinity, parameter.default * 5 || 2);
  const step = (to - from) / 98;
  const set = (next: number) => {
    const all = { ...values, [parameter.name]: Number(next.toPrecision(3)) };
    write(`${loss.name}(${Object.entries(all).map(([name, value]) => `${name}=${value}`).join(', ')})`);
  };
  return (
    <label class="parameter" title={`${parameter.meaning}; ${parameter.range}`}>
      {parameter.name} <input type="range" min={from} max={to} step={step} value={value} aria-label={`${parameter.name} of ${loss.name}`} aria-valuetext={plain(value)} onInput={(event) => set(Number(event.currentTarget.value))} /> <output>{plain(value)}</output>
    </label>
  );
}

/** A place to drop files, or a folder of them, or to choose them. */
export function Drop({ label, accept, many, onFiles, children }: { label: string; accept: string; many?: boolean; onFiles: (files: File[]) => void; children?: ComponentChildren }) {
  const id = useMemo(() => `field${++fields}`, []);
  const over = (event: DragEvent, on: boolean) => {
    event.preventDefault();
    (event.currentTarget as Element).classList.toggle('over', on);
  };
  const give = (files: File[]) => files.length > 0 && onFiles(files);
  const drop = (event: DragEvent) => {
    over(event, false);
    const { items, files } = event.dataTransfer!;
    const folder = items[0]?.webkitGetAsEntry();
    if (folder?.isDirectory) {
      const file = (entry: FileSystemEntry) => new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
      (folder as FileSystemDirectoryEntry).createReader().readEntries((entries) => Promise.all(entries.filter((entry) => entry.isFile).map(file)).then(give));
    } else give([...files]);
  };
  return (
    <div class="drop" onDragOver={(event) => over(event, true)} onDragLeave={(event) => over(event, false)} onDrop={drop}>
      <label for={id}>{label}</label>
      <input id={id} type="file" accept={accept} multiple={many} onChange={(event) => { give([...event.currentTarget.files!]); event.currentTarget.value = ''; }} />
      {children}
    </div>
  );
}

/** A table that scrolls sideways where it has to. Titles of columns of words stand in a list of their own. */
export const Table = ({ label, head, children }: { label: string; head: (string | [string])[]; children: ComponentChildren }) => (
  <div class="scroll" tabindex={0} role="region" aria-label={label}>
    <table>
      <thead><tr>{head.map((text, index) => <th key={index} scope="col" class={index && typeof text === 'string' ? 'number' : ''}>{text}</th>)}</tr></thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);
