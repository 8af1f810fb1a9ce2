// A landscape of a model of one's own: the files that `dartboard landscape` has written.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { ceiling, Chart, type Range } from '../chart';
import type { Grid } from '../grid';
import { HeatMap, Surface } from '../plane';
import { ask, Refused } from '../rust';
import { signal } from '../signal';
import { attempt, Choice, Complaint, Drop } from '../ui';

/** What is read of `landscape.json`. */
interface Report {
  model: string;
  weights: number;
  views: {
    loss: string;
    axes: { direction: string; origin: number }[];
    findings: { path: { step: number; place: [number, number]; loss: number | null; shown: number | null }[] };
  }[];
}
interface Points {
  losses: { loss: string; columns: number; rows: number; least: string; most: string }[];
}
interface View {
  loss: string;
  least: string;
  most: string;
  x: number[];
  y: number[];
  z: Float64Array;
  titles: string[];
  /** Where the fit has gone, with the loss that the picture shows there. */
  path: [number, number, number][];
}
interface Opened {
  title: string;
  views: View[];
}

/** Files by their names. */
type Files = Record<string, string>;

const GRID = 'grid.csv';
const REPORT = 'landscape.json';

/** What `dartboard explore --run` has put into the page. */
const given = (): Files | undefined => {
  const text = document.getElementById('given')?.textContent;
  return text ? Object.fromEntries(JSON.parse(text) as [string, string][]) : undefined;
};

const opened = signal<Opened | null>(null);
let waiting = given();

export function Run({ turn, onTurn }: { turn: number; onTurn: (turn: number) => void }) {
  const [wrong, setWrong] = useState<string>();
  const loss = useMemo(() => signal(opened.value?.views[0].loss ?? ''), []);
  const show = (files: Files) => {
    const { found, refused } = attempt(() => read(files));
    setWrong(refused);
    opened.value = found ?? null;
    loss.value = found?.views[0].loss ?? '';
  };
  useEffect(() => {
    if (waiting) show(waiting);
    waiting = undefined;
  }, []);
  const drop = async (files: File[]) => {
    const wanted = files.filter((file) => file.name === REPORT || file.name === GRID || (files.length === 1 && file.name.endsWith('.csv')));
    show(Object.fromEntries(await Promise.all(wanted.map(async (file) => [file.name === REPORT ? REPORT : GRID, await file.text()] as const))));
  };
  const run = opened.value;
  const view = run?.views.find((view) => view.loss === loss.value);
  return (
    <>
      <h2>A landscape of your own model</h2>
      <Drop label="Drop the folder that dartboard landscape --output has written, or choose its grid.csv and landscape.json." accept=".csv,.json" many onFiles={drop} />
      <Complaint text={wrong} />
      {run && view && (
        <div>
          <h3>{run.title}</h3>
          {run.views.length > 1 && <Choice label="loss" value={loss} options={run.views.map(({ loss }) => [loss, loss])} />}
          <p class="quiet">{view.loss}: from {view.least} to {view.most}{view.path.length > 1 ? `; the line is the way of the fit, ${view.path.length - 1} steps` : ''}</p>
          {view.y.length > 0 ? <Plane view={view} turn={turn} onTurn={onTurn} /> : <Line view={view} />}
        </div>
      )}
    </>
  );
}

function Plane({ view, turn, onTurn }: { view: View; turn: number; onTurn: (turn: number) => void }) {
  const grid = useMemo<Grid>(() => ({ x: view.x, y: view.y, z: view.z, xTitle: view.titles[0], yTitle: view.titles[1] }), [view]);
  return (
    <div class="two">
      <HeatMap grid={grid} path={view.path} />
      <Surface grid={grid} path={view.path} turn={turn} onTurn={onTurn} />
    </div>
  );
}

function Line({ view }: { view: View }) {
  const x: Range = [view.x[0], view.x.at(-1)!];
  const least = view.z.filter(Number.isFinite).reduce((a, b) => Math.min(a, b));
  const most = ceiling(view.z);
  return (
    <Chart label="Loss along the weight" x={x} y={[least - (most - least) * 0.04, most]} xTitle={view.titles[0]} yTitle={`loss, ${view.loss}`} height={360}>
      {(scales) => (
        <>
          <path class="line l0" d={scales.path(view.x, view.z)} />
          {view.path.filter(([, , shown]) => Number.isFinite(shown)).map(([at, , shown], index) => <circle key={index} class="f1 dot" cx={scales.x(at)} cy={scales.y(shown)} r="3" />)}
        </>
      )}
    </Chart>
  );
}

/** Takes the files apart. Rust says what is wrong with the points. */
function read(files: Files): Opened {
  if (files[GRID] === undefined) throw new Refused(`there is no ${GRID} among these files: dartboard landscape --output writes one`);
  const { losses, numbers } = ask<Points>('run', { name: GRID }, new TextEncoder().encode(files[GRID]));
  let report: Report | undefined;
  try {
    report = files[REPORT] === undefined ? undefined : JSON.parse(files[REPORT]);
  } catch (error) {
    throw new Refused(`${REPORT}: ${error instanceof Error ? error.message : error}`);
  }
  let at = 0;
  const take = (count: number) => numbers.subarray(at, (at += count));
  const views = losses.map(({ loss, columns, rows, least, most }, place): View => {
    const [x, y, z] = [take(columns), take(rows), take(columns * (rows || 1))];
    const about = report?.views?.[place];
    const axes = about?.axes ?? [];
    return {
      loss, least, most, x: [...x], y: [...y], z,
      titles: [0, 1].map((axis) => axes[axis]?.direction ?? ['x', 'y'][axis]),
      path: (about?.findings?.path ?? []).map(({ place, shown }) => [place[0] + (axes[0]?.origin ?? 0), place[1] + (axes[1]?.origin ?? 0), shown ?? NaN]),
    };
  });
  return { title: report ? `${report.model}: ${report.weights} weights` : GRID, views };
}
