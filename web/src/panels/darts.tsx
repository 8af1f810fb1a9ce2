// The analogy: the bullseye is the truth, a dart a prediction, its distance the error.

import { signal } from '../signal';
import { useMemo } from 'preact/hooks';
import { Chart, Handle, type Range } from '../chart';
import { ask } from '../rust';
import { attempt, Check, Complaint, Losses, offered, Panel, Slider, split, Table, useState_ } from '../ui';

interface Found {
  losses: { loss: string; last: string | null; mean: string; best: string[] }[];
}

const BOARD: Range = [-12, 12];

export function Darts() {
  const state = useState_('darts', { losses: 'mse,mae,huber(delta=2)', x: [-1.2, 0.8, 2.2, -0.4, 7.5], y: [0.9, -1.4, 1.1, 2, 6], spread: 2, wild: false });
  const seed = useMemo(() => signal(1), []);
  const xs = state.x.value;
  const ys = state.y.value;
  const errors = xs.map((x, index) => Math.hypot(x, ys[index]));
  const specs = split(state.losses.value);
  const { found, refused } = attempt(() => ask<Found>('constants', { losses: specs, errors, x: xs, y: ys }));
  const last = xs.length - 1;
  const put = ([x, y]: [number, number]) => {
    state.x.value = [...xs.slice(-199), x];
    state.y.value = [...ys.slice(-199), y];
  };
  const move = ([x, y]: [number, number]) => {
    state.x.value = [...xs.slice(0, last), x];
    state.y.value = [...ys.slice(0, last), y];
  };
  const throwMany = () => {
    const { numbers, count } = ask<{ count: number }>('throws', { count: 20, x: 2, y: 1, spread: state.spread.value, wild: state.wild.value ? 1 : 0, seed: seed.value++ });
    state.x.value = [...xs, ...numbers.slice(0, count)].slice(-200);
    state.y.value = [...ys, ...numbers.slice(count)].slice(-200);
  };
  const far = Math.max(6, ...errors.slice(-1)) * 1.15;
  const curves = attempt(() => ask<{ places: number }>('curves', { losses: specs, target: 0, low: 0, high: far, steps: 200 })).found;
  const row = (index: number, part: number) => curves!.numbers.subarray((1 + 3 * index + part) * curves!.places, (2 + 3 * index + part) * curves!.places);
  const places = curves?.numbers.subarray(0, curves.places);
  const stride = errors.length + 3;
  const top = found && specs.length ? Math.max(1, ...specs.map((_, index) => found.numbers[index * stride + last])) * 1.2 : 10;
  return (
    <Panel title="Darts" lead="The bullseye is the truth and a dart is a prediction. How far it lands from the bullseye is its error; a loss says how much that error costs."
      notice="one dart far off costs more than many near ones under squared error, hardly more under absolute error. The best single aim for all darts is their mean under squares and moves with every wild throw; under absolute error it is the median and stays.">
      <Losses specs={state.losses} from={offered('lines')} />
      <Complaint text={refused} />
      <div class="two">
        <div>
          <Chart label="Dartboard: click or drag to throw" x={BOARD} y={BOARD} xTitle="across, cm" yTitle="up, cm" square onPoint={put}>
            {(scales) => (
              <>
                {[10, 8, 6, 4, 2, 0.7].map((radius, index) => <circle key={radius} class={`ring r${index % 2} ${radius < 1 ? 'bull' : ''}`} cx={scales.x(0)} cy={scales.y(0)} r={scales.x(radius) - scales.x(0)} />)}
                {xs.slice(0, last).map((x, index) => <circle key={index} class="dart" cx={scales.x(x)} cy={scales.y(ys[index])} r="4" />)}
                {last >= 0 && <Handle label="the last dart" at={[xs[last], ys[last]]} scales={scales} move={move} x={BOARD} y={BOARD} step={0.1} color="ink" text={`${xs[last].toFixed(1)} across, ${ys[last].toFixed(1)} up`} />}
                {found?.losses.map((loss, index) => {
                  const [x, y] = [found.numbers[index * stride + stride - 2], found.numbers[index * stride + stride - 1]];
                  const [cx, cy] = [scales.x(x), scales.y(y)];
                  return Number.isFinite(x + y) && <path key={loss.loss} class={`best l${index}`} d={`M${cx - 8} ${cy}H${cx + 8}M${cx} ${cy - 8}V${cy + 8}`} transform={`rotate(${index * 22} ${cx} ${cy})`} />;
                })}
              </>
            )}
          </Chart>
          <div class="buttons">
            <button type="button" onClick={throwMany}>Throw 20 more</button>
            <button type="button" onClick={() => { state.x.value = xs.slice(-1); state.y.value = ys.slice(-1); }}>Keep one dart</button>
            <Check label="every tenth is wild" value={state.wild} />
          </div>
          <Slider label="scatter, cm" value={state.spread} low={0.5} high={4} step={0.1} />
        </div>
        <div>
          <Chart label="Loss over the distance from the bullseye" x={[0, far]} y={[0, top]} xTitle="distance from the bullseye, cm" yTitle="loss of the last dart" height={260}>
            {(scales) => (
              <>
                {curves && specs.map((spec, index) => <path key={spec} class={`line l${index}`} d={scales.path(places!, row(index, 0))} />)}
                {last >= 0 && <path class="axis dash" d={`M${scales.x(errors[last])} ${scales.top}V${scales.bottom}`} />}
                {found && specs.map((spec, index) => <circle key={spec} class={`f${index} rim`} cx={scales.x(errors[last])} cy={scales.y(found.numbers[index * stride + last])} r="5" />)}
              </>
            )}
          </Chart>
          <Table label="Losses of the darts" head={['loss', 'last dart', `mean of ${xs.length}`, 'aim across', 'aim up']}>
            {found?.losses.map((loss, index) => (
              <tr key={loss.loss}>
                <th scope="row" class={`t${index}`}>{loss.loss}</th>
                <td class="number">{loss.last}</td>
                <td class="number">{loss.mean}</td>
                <td class="number">{loss.best[0]}</td>
                <td class="number">{loss.best[1]}</td>
              </tr>
            ))}
          </Table>
          <p class="quiet">The crosses on the board are the best aims: the constant that makes the mean loss of all darts smallest, across and up by themselves.</p>
        </div>
      </div>
    </Panel>
  );
}
