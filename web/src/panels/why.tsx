// Why squared, why the logarithm: tables whose first column can be moved.

import { type Signal } from '../signal';
import { ask, know } from '../rust';
import { attempt, Complaint, Panel, useState_ } from '../ui';

interface Why {
  title: string;
  answer: string;
  over: string;
  losses: string[];
  at: number[];
  rows: string[][];
  sums: string[];
}

export function WhySquared() {
  const usual = know<Why>('why', { loss: 'mse', at: [] });
  const state = useState_('why', { errors: usual.at, confidence: know<Why>('why', { loss: 'bce', at: [] }).at });
  return (
    <Panel title="Why squared, why the logarithm" lead="Two questions that every introduction answers with a table. Here the tables are computed while you move their first column."
      notice="plain errors of opposite sign cancel in a sum, so that a bad model looks perfect; squares cannot, and ten times the error costs a hundred times as much. The logarithm makes certainty in the wrong answer cost without limit, where squared error stops at 1.">
      <div class="two">
        <Moved loss="mse" values={state.errors} low={-10} high={10} step={1} />
        <Moved loss="bce" values={state.confidence} low={0} high={1} step={0.01} />
      </div>
    </Panel>
  );
}

function Moved({ loss, values, low, high, step }: { loss: string; values: Signal<number[]>; low: number; high: number; step: number }) {
  const { found, refused } = attempt(() => ask<Why>('why', { loss, at: values.value }));
  const columns = found?.losses.length ?? 0;
  const most = found ? Math.max(1e-9, ...found.rows.flatMap((_, row) => [...found.numbers.subarray(row * (columns + 1) + 1, (row + 1) * (columns + 1))].filter(Number.isFinite))) : 1;
  const number = (row: number, column: number) => found!.numbers[row * (columns + 1) + 1 + column];
  return (
    <div class="why">
      <h2>{found?.title}</h2>
      <p>{found?.answer}</p>
      <Complaint text={refused} />
      <div class="scroll" tabindex={0} role="region" aria-label={found?.title}>
        <table>
          <thead><tr><th scope="col">{found?.over}</th>{found?.losses.map((name, index) => <th key={name} scope="col" class={`number t${index}`}>{name}</th>)}</tr></thead>
          <tbody>
            {found?.rows.map((row, index) => (
              <tr key={index}>
                <th scope="row"><Cell value={values} index={index} low={low} high={high} step={step} text={row[0]} label={`${found.over} ${index + 1}`} /></th>
                {row.slice(1).map((text, column) => (
                  <td class="number bar" key={column}>
                    <span class={`fill f${column}`} style={{ width: `calc(${Math.min(1, number(index, column) / most)} * (100% - .8rem))` }} />
                    <span class="text">{text}</span>
                  </td>
                ))}
              </tr>
            ))}
            {found && found.sums.length > 0 && <tr class="sum"><th scope="row">sum {found.sums[0]}</th>{found.sums.slice(1).map((sum, index) => <td class="number" key={index}>{sum}</td>)}</tr>}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Cell({ value, index, low, high, step, text, label }: { value: Signal<number[]>; index: number; low: number; high: number; step: number; text: string; label: string }) {
  return (
    <label class="cell">
      <input type="range" min={low} max={high} step={step} value={value.value[index]} aria-label={label} aria-valuetext={text} onInput={(event) => (value.value = value.value.map((old, at) => (at === index ? Number(event.currentTarget.value) : old)))} />
      <output>{text}</output>
    </label>
  );
}
