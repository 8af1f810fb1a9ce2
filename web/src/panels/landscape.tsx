// The loss over the weights, and gradient descent on it.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ceiling, Chart, Handle, type Range, type Scales } from '../chart';
import type { Grid } from '../grid';
import { HeatMap, Surface } from '../plane';
import { ask, know } from '../rust';
import { attempt, Choice, Complaint, offered, Panel, Select, Slider, useState_ } from '../ui';
import { Run } from './run';

interface Landscape {
  weights: number;
  points: number;
  least: string;
}
interface Descent {
  diverged: boolean;
  steps: number;
  loss: string;
  weights: [string, string];
  gradient: [string, string];
}
const MODELS: Record<string, { text: string; range: Range; names: string[]; formula: string }> = {
  slope: { text: 'line through 0', range: [-3, 5], names: ['weight w'], formula: 'ŷ = w·x' },
  wave: { text: 'wave', range: [-6, 6], names: ['weight w'], formula: 'ŷ = sin(w·x)' },
  line: { text: 'line', range: [-3, 5], names: ['weight w', 'weight b'], formula: 'ŷ = w·x + b' },
  neuron: { text: 'one neuron', range: [-5, 5], names: ['weight w', 'weight v'], formula: 'ŷ = v·tanh(w·x)' },
};

export function Landscape() {
  const state = useState_('landscape', { model: 'line', loss: 'mse', start: [-2, 4], step: 0.1, momentum: 0, turn: 35 });
  const [shown, setShown] = useState(Infinity);
  const model = MODELS[state.model.value] ?? MODELS.line;
  const name = MODELS[state.model.value] ? state.model.value : 'line';
  const two = model.names.length === 2;
  const [low, high] = model.range;
  const steps = two ? 60 : 400;
  const start = [state.start.value[0] ?? 0, state.start.value[1] ?? 0];
  const question = { model: name, loss: state.loss.value };
  const { found: land, refused } = attempt(() => know<Landscape>('landscape', { ...question, low, high, steps }));
  const descent = attempt(() => ask<Descent>('descent', { ...question, start, step: state.step.value, momentum: state.momentum.value, steps: 200 })).found;
  const places = Array.from({ length: steps + 1 }, (_, index) => low + ((high - low) * index) / steps);
  const taken = Math.min(shown, descent?.steps ?? 0);
  const timer = useRef(0);
  const play = () => {
    cancelAnimationFrame(timer.current);
    let at = 0;
    const tick = () => {
      setShown((at += 0.5));
      if (at < (descent?.steps ?? 0)) timer.current = requestAnimationFrame(tick);
      else setShown(Infinity);
    };
    tick();
  };
  useEffect(() => () => cancelAnimationFrame(timer.current), []);
  const put = (at: number[]) => {
    cancelAnimationFrame(timer.current);
    setShown(Infinity);
    state.start.value = at.map((value) => Math.min(high, Math.max(low, Number(value.toPrecision(4)))));
  };
  const grid = useMemo<Grid | undefined>(() => (land && two ? { x: places, y: places, z: land.numbers.subarray(0, places.length ** 2), xTitle: model.names[0], yTitle: model.names[1] } : undefined), [land]);
  const path = descent ? Array.from({ length: Math.floor(taken) + 1 }, (_, index) => [descent.numbers[3 * index], descent.numbers[3 * index + 1], descent.numbers[3 * index + 2]] as [number, number, number]) : [];
  return (
    <Panel title="Landscape" lead="Training walks downhill on the mean loss, drawn here over the weights of a small model. Put the start anywhere, and choose how long the steps are and how much of the last step is kept."
      notice="over a line's weights the mean squared error is one bowl with one minimum, and descent finds it from everywhere unless the steps are too long. Over the weights of a neuron there are two valleys with a saddle between them, over those of a wave many: where descent ends depends on where it starts.">
      <Choice label="model" value={state.model} options={Object.entries(MODELS).map(([id, { text }]) => [id, text])} />
      <Select label="loss" value={state.loss.value} options={offered('lines').map((loss) => [loss.name, `${loss.name}: ${loss.title}`])} onPick={(loss) => (state.loss.value = loss)} />
      <Complaint text={refused} />
      <div class="two">
        <div>
          {grid ? <HeatMap grid={grid} path={path} start={start as [number, number]} put={put} /> : land && (
            <Chart label="Mean loss over the weight: click to start there" x={model.range} y={[0, ceiling(land.numbers.subarray(0, places.length))]} xTitle={model.names[0]} yTitle="mean loss" height={360} onPoint={([x]) => put([x, 0])}>
              {(scales) => (
                <>
                  <path class="line l0" d={scales.path(places, land.numbers.subarray(0, places.length))} />
                  <path class="line l1 thin" d={scales.path(path.map((at) => at[0]), path.map((at) => at[2]))} />
                  {path.slice(1).map((at, index) => <circle key={index} class="f1 dot" cx={scales.x(at[0])} cy={scales.y(at[2])} r="3" />)}
                  {path.length > 0 && <Handle label="start" at={[start[0], path[0][2]]} scales={scales} move={([x]) => put([x, 0])} x={model.range} step={0.1} color="ink" text={`w = ${start[0]}`} />}
                </>
              )}
            </Chart>
          )}
        </div>
        <div>
          {grid ? <Surface grid={grid} path={path} turn={state.turn.value} onTurn={(turn) => (state.turn.value = turn)} /> : land && <Data name={name} land={land} model={model} path={path} />}
        </div>
      </div>
      <div class="two">
        <div>
          <Slider label="step size" value={state.step} low={0.005} high={two ? 1 : 0.8} step={0.005} />
          <Slider label="momentum" value={state.momentum} low={0} high={0.95} step={0.05} />
          <div class="buttons">
            <button type="button" onClick={play}>Play the descent</button>
            <button type="button" onClick={() => put([-2, 4])}>Start again at the left</button>
          </div>
        </div>
        <dl class="facts">
          <div><dt>model</dt><dd>{model.formula}</dd></div>
          <div><dt>after {descent?.steps} steps</dt><dd>{descent?.diverged ? 'the descent has left the map: the steps are too long' : `mean loss ${descent?.loss}`}</dd></div>
          <div><dt>weights</dt><dd>{descent?.weights.slice(0, model.names.length).join(', ')}</dd></div>
          <div><dt>gradient there</dt><dd>{descent?.gradient.slice(0, model.names.length).join(', ')}</dd></div>
          <div><dt>lowest on the map</dt><dd>{land?.least}</dd></div>
        </dl>
      </div>
      <Run turn={state.turn.value} onTurn={(turn) => (state.turn.value = turn)} />
    </Panel>
  );
}

/** What the model predicts at the end of the path, beside the points it is fitted to. */
function Data({ name, land, model, path }: { name: string; land: Landscape & { numbers: Float64Array }; model: (typeof MODELS)[string]; path: [number, number, number][] }) {
  const nodes = land.numbers.length - 2 * land.points;
  const xs = land.numbers.subarray(nodes, nodes + land.points);
  const ys = land.numbers.subarray(nodes + land.points);
  const w = path.at(-1)?.[0] ?? 0;
  const dense = Array.from({ length: 161 }, (_, index) => -2.4 + index * 0.03);
  return (
    <Chart label="Data and model" x={[-2.4, 2.4]} y={[-3, 3]} xTitle="x" yTitle={`y and ${model.formula}`} height={360}>
      {(scales: Scales) => (
        <>
          <path class="line l1" d={scales.path(dense, dense.map((x) => (name === 'wave' ? Math.sin(w * x) : w * x)))} />
          {[...xs].map((x, index) => <circle key={index} class="f0 rim" cx={scales.x(x)} cy={scales.y(ys[index])} r="4.5" />)}
        </>
      )}
    </Chart>
  );
}
