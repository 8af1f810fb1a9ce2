// A loss over two weights: a map with contours, and a surface to be turned.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Chart, Handle, type Range, type Scales, useWidth } from './chart';
import { contours, drawMap, drawPath, drawSurface, type Grid } from './grid';

export function HeatMap({ grid, path, start, put }: { grid: Grid; path: [number, number, number][]; start?: [number, number]; put?: (at: number[]) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<string>('');
  const [x, y]: [Range, Range] = [[grid.x[0], grid.x.at(-1)!], [grid.y[0], grid.y.at(-1)!]];
  const [area, setArea] = useState<[number, number, number, number]>([0, 0, 0, 0]);
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
          const trail = scales.path(path.map((at) => at[0]), path.map((at) => at[1]));
          // Lines of no length with round ends: one element however many steps there are.
          const stops = path.slice(1).map((at) => `M${scales.x(at[0]).toFixed(1)} ${scales.y(at[1]).toFixed(1)}h0`).join('');
          return (
            <>
              <Contours grid={grid} scales={scales} />
              <path class="line halo" d={trail} />
              <path class="line trail" d={trail} />
              <path class="stop rim" d={stops} />
              <path class="stop" d={stops} />
              {start && put && <Handle label="start" at={start} scales={scales} move={put} x={x} y={y} step={0.1} color="onmap" text={`w = ${start[0]}, second weight ${start[1]}`} />}
            </>
          );
        }}
      </Chart>
    </div>
  );
}

/** Lines of equal value, which stay as they are while a path moves over them. */
function Contours({ grid, scales }: { grid: Grid; scales: Scales }) {
  return useMemo(() => {
    const at = ([x, y]: [number, number]) => `${scales.x(x).toFixed(1)} ${scales.y(y).toFixed(1)}`;
    return <>{contours(grid).map((line, index) => <path key={index} class="contour" d={line.map(([a, b]) => `M${at(a)}L${at(b)}`).join('')} />)}</>;
  }, [grid, scales.left, scales.right, scales.top, scales.bottom]);
}

export function Surface({ grid, path, turn, onTurn }: { grid: Grid; path: [number, number, number][]; turn: number; onTurn: (turn: number) => void }) {
  const [box, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const from = useRef<[number, number]>([0, 0]);
  // The surface without its path, which moves over it more often than it turns.
  const under = useMemo(() => ({ canvas: document.createElement('canvas'), grid: undefined as Grid | undefined, seen: '' }), []);
  useEffect(() => {
    if (!canvas.current || width <= 0) return;
    const ink = getComputedStyle(canvas.current).getPropertyValue('--quiet');
    const seen = [turn, width, devicePixelRatio, ink].join(' ');
    if (under.grid !== grid || under.seen !== seen) {
      drawSurface(under.canvas, grid, turn, width, ink);
      [under.grid, under.seen] = [grid, seen];
    }
    drawPath(canvas.current, under.canvas, grid, path, turn, width);
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
