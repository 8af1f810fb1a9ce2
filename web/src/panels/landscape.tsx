// The loss over the weights, and gradient descent on it.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Chart, Handle, type Range, type Scales, useWidth } from '../chart';
import { contours, drawMap, drawSurface, type Grid } from '../grid';
import { ask, know, Refused } from '../rust';
import { attempt, Choice, Complaint, Drop, offered, Panel, Select, Slider, useState_ } from '../ui';

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
  const [file, setFile] = useState<Grid | null>(null);
  const [wrong, setWrong] = useState<string>();
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
  const open = (dropped: File) => dropped.text().then((text) => {
    const { found, refused } = attempt(() => fromFile(text));
    setWrong(refused);
    if (found) setFile(found);
  });
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
      <h2>A landscape of your own model</h2>
      <Drop label="Drop a grid that dartboard landscape has written as JSON, or choose it" accept=".json,application/json" onFile={open} />
      <Complaint text={wrong} />
      {file && (
        <div>
          <h3>{file.title}</h3>
          <div class="two">
            <HeatMap grid={file} path={file.path ?? []} />
            <Surface grid={file} path={file.path ?? []} turn={state.turn.value} onTurn={(turn) => (state.turn.value = turn)} />
          </div>
        </div>
      )}
    </Panel>
  );
}

/**
 * A grid from a file: `{"x": […], "y": […], "z": […]}` with z row by row, null where the loss is not finite; `x_title`,
 * `y_title`, `title` and a `path` of `[x, y]` are optional. Rust says what is wrong with it.
 */
function fromFile(text: string): Grid {
  let file: Record<string, unknown>;
  try {
    file = JSON.parse(text) ?? {};
  } catch (error) {
    throw new Refused(`this is no landscape: ${error instanceof Error ? error.message : error}`);
  }
  const list = (name: string) => (Array.isArray(file[name]) ? (file[name] as unknown[]) : []).flat().map((value) => (typeof value === 'number' ? value : NaN));
  const [x, y, z, path] = ['x', 'y', 'z', 'path'].map(list);
  const numbers = new Float64Array([...x, ...y, ...z, ...path]);
  ask('landscape_file', { columns: x.length, rows: y.length, nodes: z.length }, new Uint8Array(numbers.buffer));
  const title = (name: string, otherwise: string) => (typeof file[name] === 'string' ? (file[name] as string) : otherwise);
  return {
    x, y, z, title: title('title', 'a landscape'), xTitle: title('x_title', 'first direction'), yTitle: title('y_title', 'second direction'),
    path: Array.from({ length: path.length / 2 }, (_, index) => [path[2 * index], path[2 * index + 1], NaN]),
  };
}

/** High enough for the shape, not for the walls. */
function ceiling(values: Float64Array): number {
  const sorted = [...values].filter(Number.isFinite).sort((a, b) => a - b);
  return Math.max(1e-9, sorted[Math.floor(sorted.length * 0.9)] * 1.15);
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

function HeatMap({ grid, path, start, put }: { grid: Grid; path: [number, number, number][]; start?: [number, number]; put?: (at: number[]) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<string>('');
  const [x, y]: [Range, Range] = [[grid.x[0], grid.x.at(-1)!], [grid.y[0], grid.y.at(-1)!]];
  const [area, setArea] = useState<[number, number, number, number]>([0, 0, 0, 0]);
  const lines = contours(grid);
  useEffect(() => {
    if (!canvas.current || area[2] <= 0) return;
    const key = `${area} ${grid.z[0]} ${grid.z[7]} ${grid.z.length} ${grid.z[grid.z.length - 1]}`;
    if (drawn.current === key) return;
    drawn.current = key;
    drawMap(canvas.current, grid);
  });
  return (
    <div class="map">
      <canvas ref={canvas} style={{ position: 'absolute', left: `${area[0]}px`, top: `${area[1]}px`, width: `${area[2]}px`, height: `${area[3]}px` }} aria-hidden="true" />
      <Chart label={put ? 'Map of the mean loss: click or drag to start there' : 'Map of the loss'} x={x} y={y} xTitle={grid.xTitle} yTitle={grid.yTitle} square onPoint={put}>
        {(scales) => {
          const next: typeof area = [scales.left, scales.top, scales.right - scales.left, scales.bottom - scales.top];
          if (next.some((value, index) => Math.abs(value - area[index]) > 0.5)) queueMicrotask(() => setArea(next));
          return (
            <>
              {lines.map((line, index) => <path key={index} class="contour" d={line.map(([a, b]) => `M${scales.x(a[0]).toFixed(1)} ${scales.y(a[1]).toFixed(1)}L${scales.x(b[0]).toFixed(1)} ${scales.y(b[1]).toFixed(1)}`).join('')} />)}
              <path class="line halo" d={scales.path(path.map((at) => at[0]), path.map((at) => at[1]))} />
              <path class="line trail" d={scales.path(path.map((at) => at[0]), path.map((at) => at[1]))} />
              {path.slice(1).map((at, index) => <circle key={index} class="stop" cx={scales.x(at[0])} cy={scales.y(at[1])} r="2.6" />)}
              {start && put && <Handle label="start" at={start} scales={scales} move={put} x={x} y={y} step={0.1} color="onmap" text={`w = ${start[0]}, second weight ${start[1]}`} />}
            </>
          );
        }}
      </Chart>
    </div>
  );
}

function Surface({ grid, path, turn, onTurn }: { grid: Grid; path: [number, number, number][]; turn: number; onTurn: (turn: number) => void }) {
  const [box, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const from = useRef<[number, number]>([0, 0]);
  useEffect(() => {
    if (canvas.current && width > 0) drawSurface(canvas.current, grid, path, turn, Math.min(width, 640));
  });
  const around = (to: number) => onTurn(((Math.round(to) % 360) + 360) % 360);
  return (
    <div ref={box} class="chart turning">
      <canvas ref={canvas} class="surface" role="slider" tabindex={0} aria-label="Surface of the loss: drag or use arrow keys to turn it" aria-valuemin={0} aria-valuemax={359} aria-valuenow={turn} aria-valuetext={`turned by ${turn} degrees`}
        onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); from.current = [event.clientX, turn]; }}
        onPointerMove={(event) => { if (event.currentTarget.hasPointerCapture(event.pointerId)) around(from.current[1] + (event.clientX - from.current[0]) * 0.5); }}
        onKeyDown={(event) => {
          const by = ({ ArrowLeft: -5, ArrowRight: 5 } as Record<string, number>)[event.key];
          if (by === undefined) return;
          event.preventDefault();
          around(turn + by);
        }} />
    </div>
  );
}
