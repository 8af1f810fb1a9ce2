// One row: a target, a prediction, and what every loss makes of them.

import { Chart, Handle, type Range } from '../chart';
import { ask, know } from '../rust';
import { attempt, Choice, Complaint, Formula, type Loss, Losses, nameOf, offered, Panel, Select, split, Table, useState_ } from '../ui';

interface Row {
  value: string;
  exact: string;
  gradient: string[];
  hessian: string[];
}
interface Formulas {
  title: string;
  value: string;
  gradient: string;
  hessian: string;
}

const KINDS: [string, string, string][] = [
  ['value', 'a value', 'mse,mae,huber'],
  ['mean', 'a positive mean', 'poisson_deviance,gamma_deviance'],
  ['probability', 'a probability', 'bce,brier'],
  ['logit', 'a logit', 'bce_logits,focal_logits'],
  ['score', 'a score', 'hinge,squared_hinge,exponential'],
  ['log-mean', 'a log-mean', 'poisson,gamma'],
];

/** What is drawn: inside of the domains, and where shapes show. */
function windows(losses: Loss[]): { x: Range; y: Range } {
  const first = losses[0];
  const within = (ends: [number | null, number | null], usual: Range): Range => [
    ends[0] === null ? usual[0] : Math.max(usual[0], ends[0]),
    ends[1] === null ? usual[1] : Math.min(usual[1], ends[1]),
  ];
  const wide: Range = first.raw ? [-6, 6] : [-6, 6];
  return { x: losses.reduce<Range>((range, loss) => within(loss.predictions, range), wide), y: losses.reduce<Range>((range, loss) => within(loss.targets, range), wide) };
}

export function Prediction() {
  const all = offered('curves');
  const state = useState_('prediction', { losses: 'mse,mae,huber', y: 0, z: 2.5, show: 'value' });
  const specs = split(state.losses.value);
  const known = specs.map((spec) => all.find((loss) => loss.name === nameOf(spec))).filter((loss): loss is Loss => !!loss);
  const kind = known[0]?.kind ?? 'value';
  const like = all.filter((loss) => loss.kind === kind);
  const { x, y } = windows(known.length ? known : like);
  const limit = (value: number, [low, high]: Range) => Math.min(high, Math.max(low, value));
  const [target, prediction] = [limit(state.y.value, y), limit(state.z.value, x)];
  const part = ['value', 'gradient', 'hessian'].indexOf(state.show.value);
  const curves = attempt(() => ask<{ places: number; kinks: number[][] }>('curves', { losses: specs, target, low: x[0], high: x[1], steps: 400 }));
  const rows = specs.map((spec) => attempt(() => ask<Row>('row', { loss: spec, target, prediction: [prediction] })));
  const formulas = specs.map((spec) => attempt(() => know<Formulas>('formula', { loss: spec })).found);
  const n = curves.found?.places ?? 0;
  const series = (index: number) => curves.found!.numbers.subarray((1 + 3 * index + part) * n, (2 + 3 * index + part) * n);
  const places = curves.found?.numbers.subarray(0, n);
  const here = rows.map((row) => row.found?.numbers[part] ?? NaN);
  // The window follows the shapes, not their steepest ends.
  const sizes = curves.found ? specs.flatMap((_, index) => [...series(index)].filter(Number.isFinite).map(Math.abs)).sort((a, b) => a - b) : [];
  const high = Math.max(1, (sizes[Math.floor(sizes.length * 0.9)] ?? 1) * 1.15);
  const negative = part === 1 || specs.some((_, index) => curves.found && series(index).some((value) => value < -0.01));
  const symbol = known[0]?.symbol ?? 'z';
  const event = known[0]?.event;
  const moves = { value: `${known[0]?.kind ?? 'prediction'} ${symbol}` };
  return (
    <Panel title="One prediction" lead="Drag the target and the prediction. Every loss shows its value, its slope (the gradient, what training follows) and its curvature (the Hessian)."
      notice="far from the target the gradient of squared error grows without end, that of absolute error stays 1 and that of Huber stops at delta. Where the prediction is right the gradient is 0, or jumps.">
      <Select label="the model predicts" value={kind} options={KINDS.map(([kind, text]) => [kind, text])} onPick={(kind) => { state.losses.value = KINDS.find(([name]) => name === kind)![2]; state.y.value = kind === 'value' ? 0 : 1; state.z.value = kind === 'probability' ? 0.2 : kind === 'mean' ? 2.5 : -1; }} />
      <Losses specs={state.losses} from={like} />
      <Choice label="curve" value={state.show} options={[['value', 'value'], ['gradient', 'gradient'], ['hessian', 'Hessian']]} />
      <Complaint text={curves.refused ?? rows.find((row) => row.refused)?.refused} />
      <Chart label={`${state.show.value} over the prediction`} x={x} y={negative ? [-high, high] : [0, high]} xTitle={`prediction ${symbol}`} yTitle={`${state.show.value} of the loss`} height={340}>
        {(scales) => (
          <>
            {curves.found && specs.map((spec, index) => <path key={spec} class={`line l${index}`} d={scales.path(places!, series(index), (at) => part === 1 && jumps(curves.found!.kinks[index], places!, series(index), at))} />)}
            <path class="axis dash" d={`M${scales.x(prediction)} ${scales.top}V${scales.bottom}`} />
            {specs.map((spec, index) => Number.isFinite(here[index]) && <circle key={spec} class={`f${index} rim`} cx={scales.x(prediction)} cy={Math.max(scales.top, scales.y(here[index]))} r="5.5" />)}
            {!event && <Handle label="target y" at={[target, negative ? -high : 0]} scales={scales} move={([to]) => (state.y.value = to)} x={y} step={0.1} color="grey" shape="diamond" text={`y = ${target}`} />}
            <Handle label={`prediction ${symbol}`} at={[prediction, negative ? 0 : 0]} scales={scales} move={([to]) => (state.z.value = to)} x={x} step={kind === 'probability' ? 0.01 : 0.1} color="ink" text={`${symbol} = ${prediction}`} />
          </>
        )}
      </Chart>
      <p class="legend"><span class="mark ink">●</span> {moves.value} = {short(prediction)} {event ? null : <><span class="mark grey">◆</span> target y = {short(target)}</>}</p>
      {event && <Label value={target} set={(to) => (state.y.value = to)} />}
      <Table label="Value, gradient and Hessian" head={['loss', 'value', 'gradient', 'Hessian', 'value, all digits']}>
        {specs.map((spec, index) => (
          <tr key={spec}>
            <th scope="row" class={`t${index}`}>{spec}</th>
            <td class="number steady">{rows[index].found?.value}</td>
            <td class="number steady">{rows[index].found?.gradient[0]}</td>
            <td class="number steady">{rows[index].found?.hessian[0]}</td>
            <td class="number quiet exact">{rows[index].found?.exact}</td>
          </tr>
        ))}
      </Table>
      <h2>Formulas, printed from the code that computes</h2>
      <div class="formulas">
        {specs.map((spec, index) => formulas[index] && (
          <div class={`formulacard c${index}`} key={spec}>
            <h3><span class="swatch" aria-hidden="true" /> <a href={`#/reference?loss=${encodeURIComponent(spec)}`}>{formulas[index]!.title}</a></h3>
            {(['value', 'gradient', 'hessian'] as const).map((name) => (
              <div class="formula" key={name}>
                <span>{name === 'hessian' ? 'Hessian' : name}</span>
                <div class="scroll" tabindex={0} role="region" aria-label={`${name} of ${spec}`}><Formula block math={formulas[index]![name]} /></div>
              </div>
            ))}
          </div>
        ))}
      </div>
    </Panel>
  );
}

const short = (value: number) => String(Number(value.toPrecision(4))).replace('-', '−');

/** Whether a curve leaps between two places: a kink lies between, and the step is larger than the curve makes elsewhere. */
function jumps(kinks: number[], places: Float64Array, values: Float64Array, at: number): boolean {
  return at > 0 && kinks.some((kink) => kink > places[at - 1] && kink <= places[at]) && Math.abs(values[at] - values[at - 1]) > 0.05 * Math.abs(values[at] - (values[at + 1] ?? 0)) + 0.2;
}

function Label({ value, set }: { value: number; set: (to: number) => void }) {
  return (
    <fieldset class="choice">
      <legend>what happened</legend>
      {([[1, 'yes: y = 1'], [0, 'no: y = 0']] as const).map(([label, text]) => (
        <label key={label}>
          <input type="radio" name="label" checked={value === label} onChange={() => set(label)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
