// Charts: axes with titles and ticks, at the width of the screen, so that letters keep their size.

import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from './rust';

/** A range of numbers. */
export type Range = [low: number, high: number];

/** Where numbers lie in a chart. */
export interface Scales {
  x(value: number): number;
  y(value: number): number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** The numbers at a place on the screen. */
  at(event: { clientX: number; clientY: number }): [x: number, y: number];
  /** A path through points; gaps where a number is not finite, and where `apart` says so. */
  path(x: ArrayLike<number>, y: ArrayLike<number>, apart?: (index: number) => boolean): string;
}

interface Props {
  label: string;
  x: Range;
  y: Range;
  xTitle: string;
  yTitle: string;
  height?: number;
  /** As wide as high. */
  square?: boolean;
  /** Places along x are names, which need no lines. */
  named?: boolean;
  onPoint?: (at: [number, number]) => void;
  children: (scales: Scales) => ComponentChildren;
}

/** Follows the width of an element. */
export function useWidth<E extends Element>(): [RefObject<E | null>, number] {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    setWidth(Math.round(element.getBoundingClientRect().width));
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

export function ticks([low, high]: Range, most: number): { at: number; label: string }[] {
  const { labels, numbers } = ask<{ labels: string[] }>('ticks', { low, high, most });
  return labels.map((label, index) => ({ at: numbers[index], label }));
}

/** How much larger letters are than usual: on very large screens. */
export const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

let charts = 0;

export function Chart({ label, x, y, xTitle, yTitle, height = 300, square, named, onPoint, children }: Props) {
  const [box, width] = useWidth<HTMLDivElement>();
  const svg = useRef<SVGSVGElement>(null);
  const id = useRef(0);
  if (!id.current) id.current = ++charts;
  const size = rem();
  const tall = square ? width : height * size;
  const down = ticks(y, Math.max(3, Math.round(tall / size / 60)));
  const letter = 6.4 * size;
  const gutter = 30 * size + letter * Math.max(2, ...down.map((tick) => tick.label.length));
  const [left, right, top, bottom] = [gutter, Math.max(width - 12, gutter + 40), 12, tall - 44 * size];
  const across = ticks(x, Math.max(3, Math.round((right - left) / size / 80)));
  const px = (value: number) => left + ((value - x[0]) / (x[1] - x[0])) * (right - left);
  const py = (value: number) => bottom - ((value - y[0]) / (y[1] - y[0])) * (bottom - top);
  const far = 4 * tall;
  const clamp = (pixel: number) => Math.max(-far, Math.min(far, pixel));
  const scales: Scales = {
    x: px,
    y: py,
    left,
    right,
    top,
    bottom,
    at(event) {
      const rect = svg.current!.getBoundingClientRect();
      return [
        x[0] + ((event.clientX - rect.left - left) / (right - left)) * (x[1] - x[0]),
        y[0] + ((bottom - (event.clientY - rect.top)) / (bottom - top)) * (y[1] - y[0]),
      ];
    },
    path(xs, ys, apart) {
      let path = '';
      let pen = false;
      for (let index = 0; index < xs.length; index++) {
        const value = ys[index];
        if (!Number.isFinite(value)) {
          pen = false;
          continue;
        }
        if (apart?.(index)) pen = false;
        path += `${pen ? 'L' : 'M'}${px(xs[index]).toFixed(1)} ${clamp(py(value)).toFixed(1)}`;
        pen = true;
      }
      return path;
    },
  };
  const clip = `clip${id.current}`;
  const inside = (tick: { at: number }, range: Range) => tick.at >= range[0] && tick.at <= range[1];
  return (
    <div class="chart" ref={box} style={{ height: square ? undefined : `${tall}px`, aspectRatio: square ? '1' : undefined, maxWidth: square ? '32.5rem' : undefined }}>
      {width > 0 && (
        <svg ref={svg} width={width} height={tall} class={onPoint ? 'fig points' : 'fig'} role="group" aria-label={label}
          onPointerDown={onPoint && ((event) => event.button === 0 && onPoint(scales.at(event)))}>
          <clipPath id={clip}>
            <rect x={left} y={top} width={right - left} height={bottom - top} />
          </clipPath>
          {down.filter((tick) => inside(tick, y)).map((tick) => (
            <g key={tick.label}>
              <path class={tick.at === 0 ? 'axis' : 'grid'} d={`M${left} ${py(tick.at).toFixed(1)}H${right}`} />
              <text class="quiet e" x={left - 7} y={py(tick.at) + 4}>{tick.label}</text>
            </g>
          ))}
          {across.filter((tick) => inside(tick, x)).map((tick) => (
            <g key={tick.label}>
              {!named && <path class={tick.at === 0 ? 'axis' : 'grid'} d={`M${px(tick.at).toFixed(1)} ${top}V${bottom}`} />}
              <text class="quiet m" x={Math.min(px(tick.at), width - tick.label.length * 4 * size)} y={bottom + 17 * size}>{tick.label}</text>
            </g>
          ))}
          <text class="label m" x={(left + right) / 2} y={bottom + 37 * size}>{xTitle}</text>
          <text class="label m" transform={`translate(${13 * size} ${(top + bottom) / 2}) rotate(-90)`}>{yTitle}</text>
          <Clip id={clip}>{children(scales)}</Clip>
        </svg>
      )}
    </div>
  );
}

const Clip = ({ id, children }: { id: string; children: ComponentChildren }) => <g class="field" style={`--clip:url(#${id})`}>{children}</g>;

interface HandleProps {
  label: string;
  /** Where it is, and the number that it stands for. */
  at: [x: number, y: number];
  scales: Scales;
  move: (at: [number, number]) => void;
  x: Range;
  y?: Range;
  /** How far an arrow key moves it; ten times with shift. */
  step: number;
  color?: string;
  shape?: 'round' | 'diamond';
  text?: string;
}

/** A point that is dragged by mouse, touch or arrow keys. */
export function Handle({ label, at, scales, move, x, y, step, color = 'f0', shape = 'round', text }: HandleProps) {
  const limit = (value: number, range: Range) => Math.min(range[1], Math.max(range[0], value));
  const put = (to: [number, number]) => move([limit(to[0], x), y ? limit(to[1], y) : at[1]]);
  const drag = (event: PointerEvent) => {
    const target = event.currentTarget as Element;
    if (target.hasPointerCapture(event.pointerId)) put(scales.at(event));
  };
  const key = (event: KeyboardEvent) => {
    const far = step * (event.shiftKey ? 10 : 1);
    const moves: Record<string, [number, number]> = {
      ArrowRight: [at[0] + far, at[1]],
      ArrowLeft: [at[0] - far, at[1]],
      ArrowUp: y ? [at[0], at[1] + far] : [at[0] + far, at[1]],
      ArrowDown: y ? [at[0], at[1] - far] : [at[0] - far, at[1]],
      Home: [x[0], at[1]],
      End: [x[1], at[1]],
    };
    const to = moves[event.key];
    if (!to) return;
    event.preventDefault();
    // Sums of steps stay round.
    put([Number(to[0].toPrecision(12)), Number(to[1].toPrecision(12))]);
  };
  const [cx, cy] = [scales.x(at[0]), scales.y(at[1])];
  return (
    <g class={`handle ${color}`} role="slider" tabindex={0} aria-label={label} aria-valuemin={x[0]} aria-valuemax={x[1]}
      aria-valuenow={Number(at[0].toPrecision(6))} aria-valuetext={text ?? plain(at[0])}
      onPointerDown={(event) => {
        event.stopPropagation();
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
        (event.currentTarget as SVGElement).focus({ preventScroll: true });
      }}
      onPointerMove={drag} onKeyDown={key}>
      <circle class="reach" cx={cx} cy={cy} r={20} />
      {shape === 'round' ? <circle class="knob" cx={cx} cy={cy} r={8} /> : <path class="knob" d={`M${cx} ${cy - 10}L${cx + 10} ${cy}L${cx} ${cy + 10}L${cx - 10} ${cy}Z`} />}
    </g>
  );
}

/** High enough for the shape, not for the walls. */
export function ceiling(values: Float64Array): number {
  const sorted = [...values].filter(Number.isFinite).sort((a, b) => a - b);
  return Math.max(1e-9, sorted[Math.floor(sorted.length * 0.9)] * 1.15);
}

/** The number of a control, as it is set. */
export const plain = (value: number) => String(Number(value.toPrecision(4))).replace('-', '−');
