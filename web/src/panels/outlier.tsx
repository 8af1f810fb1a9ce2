// A line through points, and what one of them can do to it.

import { Chart, Handle, type Range } from '../chart';
import { ask } from '../rust';
import { attempt, Complaint, Losses, offered, Panel, split, Table, useState_ } from '../ui';

interface Fits {
  fits: { loss: string; slope: string; intercept: string; mean: string }[];
}

const X: Range = [0, 10];
const Y: Range = [0, 12];
const xs = [0.6, 1.3, 2.1, 2.8, 3.4, 4.2, 4.9, 5.5, 6.3, 7.1, 7.8, 8.4, 9.2];
const ys = [1.9, 1.6, 2.9, 2.4, 3.6, 3.3, 4.4, 4.1, 5.2, 5.0, 5.9, 6.0, 11.0];

export function Outlier() {
  const state = useState_('outlier', { losses: 'mse,mae,huber(delta=0.5)', x: xs, y: ys });
  const specs = split(state.losses.value);
  const { found, refused } = attempt(() => ask<Fits>('fit', { losses: specs, x: state.x.value, y: state.y.value }));
  const put = (index: number, [x, y]: [number, number]) => {
    state.x.value = state.x.value.map((old, at) => (at === index ? x : old));
    state.y.value = state.y.value.map((old, at) => (at === index ? y : old));
  };
  const last = state.x.value.length - 1;
  return (
    <Panel title="Outlier" lead="A cloud of points and the line that each loss likes best. Drag any point; the one at the upper right is an outlier."
      notice="the line of squared error tilts towards the outlier however far it goes, since the gradient of a square grows with the error. The line of absolute error does not move: to it a far point pulls no harder than a near one.">
      <Losses specs={state.losses} from={offered('lines')} />
      <Complaint text={refused} />
      <Chart label="Points with a fitted line per loss" x={X} y={Y} xTitle="x" yTitle="y" height={420}>
        {(scales) => (
          <>
            {found?.fits.map((fit, index) => {
              const [slope, intercept] = [found.numbers[3 * index], found.numbers[3 * index + 1]];
              return <path key={fit.loss} class={`line l${index} ${['', 'dash', 'dot', 'mix'][index]}`} d={scales.path(X, X.map((x) => intercept + slope * x))} />;
            })}
            {state.x.value.map((x, index) => (
              <Handle key={index} label={index === last ? 'the outlier' : `point ${index + 1}`} at={[x, state.y.value[index]]} scales={scales} move={(at) => put(index, at)} x={X} y={Y} step={0.1}
                color={index === last ? 'bad' : 'grey'} text={`x ${x.toFixed(2)}, y ${state.y.value[index].toFixed(2)}`} />
            ))}
          </>
        )}
      </Chart>
      <Table label="Lines" head={['loss', 'slope', 'intercept', 'mean loss']}>
        {found?.fits.map((fit, index) => (
          <tr key={fit.loss}>
            <th scope="row" class={`t${index}`}>{fit.loss}</th>
            <td class="number">{fit.slope}</td>
            <td class="number">{fit.intercept}</td>
            <td class="number">{fit.mean}</td>
          </tr>
        ))}
      </Table>
      <div class="buttons"><button type="button" onClick={() => { state.x.value = xs; state.y.value = ys; }}>Put all points back</button></div>
    </Panel>
  );
}
