// Several classes: logits to probabilities to loss and gradient.

import { Chart } from '../chart';
import { ask } from '../rust';
import { attempt, Choice, Complaint, Panel, Slider, Table, useState_ } from '../ui';

interface Softmax {
  probabilities: string[];
  shares: string[];
  gradient: string[];
  hessian: string[];
  value: string;
  fixed: string;
  exact: string;
}

export function Digits() {
  // The example of the introduction.
  const state = useState_('digits', { logits: [1.2, 0.5, 3.1, 0.8], truth: '2', smoothing: 0, loss: 'cce_logits' });
  const count = state.logits.value.length;
  const { found, refused } = attempt(() => ask<Softmax>('softmax', { loss: state.loss.value, logits: state.logits.value, class: Number(state.truth.value), smoothing: state.smoothing.value }));
  const set = (index: number, to: number) => (state.logits.value = state.logits.value.map((old, at) => (at === index ? to : old)));
  return (
    <Panel title="Digits" lead="A network gives every class a score, the logit. Softmax makes probabilities of them that add up to 1, and cross-entropy is minus the logarithm of the probability of the true class."
      notice="the gradient is the probability less the target: it pulls the true class up and pushes the others down, each by what it took. Raising all logits together changes nothing. With label smoothing the loss cannot reach 0, and being too sure costs.">
      <Choice label="true class" value={state.truth} options={state.logits.value.map((_, index) => [String(index), `class ${index}`])} />
      <div class="two">
        <div>
          {state.logits.value.map((logit, index) => (
            <div class="slider" key={index}>
              <label for={`logit${index}`}>logit of class {index}</label>
              <input id={`logit${index}`} type="range" min={-6} max={6} step={0.1} value={logit} onInput={(event) => set(index, Number(event.currentTarget.value))} />
              <output for={`logit${index}`}>{String(logit).replace('-', '−')}</output>
            </div>
          ))}
          <Slider label="label smoothing" value={state.smoothing} low={0} high={0.5} step={0.01} />
          <div class="buttons">
            <button type="button" onClick={() => (state.logits.value = state.logits.value.map((logit) => Number((logit + 1).toFixed(1))))}>Raise all by 1</button>
            <button type="button" disabled={count >= 10} onClick={() => (state.logits.value = [...state.logits.value, 0])}>One class more</button>
            <button type="button" disabled={count <= 2} onClick={() => { state.logits.value = state.logits.value.slice(0, -1); if (Number(state.truth.value) >= count - 1) state.truth.value = '0'; }}>One class less</button>
          </div>
        </div>
        <Chart label="Probabilities and targets" x={[-0.6, count - 0.4]} y={[0, 1]} xTitle="class" yTitle="probability" height={300} named>
          {(scales) => (
            <>
              {found && state.logits.value.map((_, index) => {
                const [p, share] = [found.numbers[index], found.numbers[count + index]];
                const width = Math.min(52, (scales.x(1) - scales.x(0)) * 0.6);
                const left = scales.x(index) - width / 2;
                return (
                  <g key={index}>
                    <rect class={`bars ${String(index) === state.truth.value ? 'f2 l2' : 'f0 l0'}`} x={left} y={scales.y(p)} width={width} height={scales.bottom - scales.y(p)} />
                    <path class="line ink" d={`M${left - 4} ${scales.y(share)}H${left + width + 4}`} />
                    <text class="m" x={scales.x(index)} y={Math.max(scales.top + 12, scales.y(Math.max(p, 0)) - 7)}>{found.probabilities[index]}</text>
                  </g>
                );
              })}
            </>
          )}
        </Chart>
      </div>
      <Complaint text={refused} />
      <p class="result">loss <strong>{found?.fixed}</strong> <span class="quiet">= −ln of the probability of the true class{state.smoothing.value > 0 ? ', averaged over the smoothed label' : ''}; all digits {found?.exact}</span></p>
      <Table label="Every class" head={['class', 'logit', 'softmax', 'target', 'gradient', 'Hessian (diagonal)']}>
        {found && state.logits.value.map((logit, index) => (
          <tr key={index}>
            <th scope="row">{index}{String(index) === state.truth.value ? ' (true)' : ''}</th>
            <td class="number">{String(logit).replace('-', '−')}</td>
            <td class="number">{found.probabilities[index]}</td>
            <td class="number">{found.shares[index]}</td>
            <td class="number">{found.gradient[index]}</td>
            <td class="number">{found.hessian[index]}</td>
          </tr>
        ))}
      </Table>
      <p class="quiet">Bars are probabilities, the line across each is the target.</p>
    </Panel>
  );
}
