// An event: its probability, its logit, and the two ways to compute one loss.

import { Chart, Handle, type Range } from '../chart';
import { ask, know } from '../rust';
import { attempt, Choice, Complaint, Panel, Table, useState_ } from '../ui';

interface Event_ {
  p: string;
  z: string;
  shortP: string;
  shortZ: string;
  losses: { loss: string; value: string; exact: string; gradient: string; hessian: string; prediction: string }[];
}

const P: Range = [0, 1];
const Z: Range = [-8, 8];

export function Spam() {
  const state = useState_('spam', { truth: '1', p: 0.2, z: 0, by: 'p' });
  const target = Number(state.truth.value);
  const byZ = state.by.value === 'z';
  const { found, refused } = attempt(() => ask<Event_>('event', { losses: ['bce', 'bce_logits'], target, ...(byZ ? { z: state.z.value } : { p: state.p.value }) }));
  const setP = (p: number) => { state.by.value = 'p'; state.p.value = Number(p.toPrecision(4)); };
  const setZ = (z: number) => { state.by.value = 'z'; state.z.value = Number(z.toPrecision(4)); };
  const over = (loss: string, [low, high]: Range) => know<{ places: number }>('curves', { losses: [loss], target, low, high, steps: 400 });
  const [overP, overZ] = [over('bce', P), over('bce_logits', Z)];
  const [p, z] = found ? found.numbers : [0, 0];
  const inside = (value: number, [low, high]: Range) => Math.min(high, Math.max(low, value));
  const draw = (answer: { places: number; numbers: Float64Array }) => [answer.numbers.subarray(0, answer.places), answer.numbers.subarray(answer.places, 2 * answer.places)] as const;
  return (
    <Panel title="Spam" lead="A filter says how likely a mail is spam. Binary cross-entropy is minus the logarithm of the probability that it gave to what was true. Set the probability, or the logit z that the model computes it from."
      notice="at p = 0 a true event costs infinitely much, and at p = 1 nothing is left to learn from. In logits nothing of that happens: at z = 40 the probability has rounded to 1, but the loss and its gradient still have all their digits.">
      <Choice label="the mail is" value={state.truth} options={[['1', 'spam: y = 1'], ['0', 'not spam: y = 0']]} />
      <div class="buttons presets" role="group" aria-label="Places to look at">
        {[0, 0.2, 0.5, 0.95, 1].map((p) => <button type="button" key={p} onClick={() => setP(p)}>p = {p}</button>)}
        {[-800, -40, 0, 40, 800].map((z) => <button type="button" key={z} onClick={() => setZ(z)}>z = {String(z).replace('-', '−')}</button>)}
      </div>
      <Complaint text={refused} />
      <div class="two">
        <Chart label="Loss over the probability" x={P} y={[0, 6]} xTitle="probability of spam p" yTitle="loss, nats" height={280}>
          {(scales) => (
            <>
              <path class="line l0" d={scales.path(...draw(overP))} />
              {found && <Handle label="probability of spam" at={[p, inside(Number.isFinite(found.numbers[0]) ? value(overP, p) : 6, [0, 6])]} scales={scales} move={([to]) => setP(to)} x={P} step={0.01} color="f0" text={`p = ${found.shortP}`} />}
            </>
          )}
        </Chart>
        <Chart label="Loss over the logit" x={Z} y={[0, 6]} xTitle="logit z" yTitle="loss, nats" height={280}>
          {(scales) => (
            <>
              <path class="line l1" d={scales.path(...draw(overZ))} />
              {found && <Handle label="logit" at={[inside(z, Z), inside(value(overZ, inside(z, Z)), [0, 6])]} scales={scales} move={([to]) => setZ(to)} x={Z} step={0.1} color="f1" text={`z = ${found.shortZ}`} />}
            </>
          )}
        </Chart>
      </div>
      <dl class="facts">
        <div><dt>probability p</dt><dd>{found?.p}</dd></div>
        <div><dt>logit z = ln(p / (1 − p))</dt><dd>{found?.z}</dd></div>
      </dl>
      <Table label="The loss in both ways" head={['loss', 'from', 'value', 'gradient', 'Hessian', 'value, all digits']}>
        {found?.losses.map((loss, index) => (
          <tr key={loss.loss}>
            <th scope="row" class={`t${index}`}>{loss.loss}</th>
            <td class="number">{loss.prediction}</td>
            <td class="number steady">{loss.value}</td>
            <td class="number steady">{loss.gradient}</td>
            <td class="number steady">{loss.hessian}</td>
            <td class="number quiet exact">{loss.exact}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

/** The height of a curve at a place, for a handle that rides on it. */
function value(answer: { places: number; numbers: Float64Array }, x: number): number {
  const low = answer.numbers[0];
  const high = answer.numbers[answer.places - 1];
  const at = ((x - low) / (high - low)) * (answer.places - 1);
  const left = Math.min(answer.places - 2, Math.max(0, Math.floor(at)));
  const [a, b] = [answer.numbers[answer.places + left], answer.numbers[answer.places + left + 1]];
  return Number.isFinite(a) && Number.isFinite(b) ? a + (at - left) * (b - a) : 6;
}
