// Grids of values: maps, contours and surfaces on canvas, in the colours of the figures.

import { rem } from './chart';
import { know } from './rust';

export interface Grid {
  x: number[];
  y: number[];
  /** Row by row; what is not finite is left blank. */
  z: ArrayLike<number>;
  xTitle: string;
  yTitle: string;
  title?: string;
  path?: [number, number, number][];
}

const LEVELS = 14;

interface Shares {
  share: (value: number) => number;
  levels: number[];
}
const known = new WeakMap<ArrayLike<number>, Shares>();

/** Values as shares of a range, by rank rather than by size: walls would leave one colour for all that matters. */
function shares(grid: Grid): Shares {
  const kept = known.get(grid.z);
  if (kept) return kept;
  const sorted = Array.from(grid.z).filter(Number.isFinite).sort((a, b) => a - b);
  const least = sorted[0] ?? 0;
  const most = sorted.at(-1) ?? 1;
  const middle = sorted[sorted.length >> 1] ?? 1;
  // A root that puts the middle value halfway, within bounds.
  const flat = most > least ? (middle - least) / (most - least) : 0.5;
  const power = Math.min(1, Math.max(0.25, Math.log(0.5) / Math.log(Math.min(0.9, Math.max(0.02, flat)))));
  const share = (value: number) => Math.pow((value - least) / (most - least || 1), power);
  const levels = Array.from({ length: LEVELS }, (_, index) => least + (most - least) * Math.pow((index + 1) / (LEVELS + 1), 1 / power));
  known.set(grid.z, { share, levels });
  return { share, levels };
}

const colour = (share: number): [number, number, number] => {
  const map = know<object>('style').numbers;
  const at = 3 * Math.max(0, Math.min(255, Math.round(share * 255)));
  return [map[at], map[at + 1], map[at + 2]];
};

/** Paints the grid, a pixel per node; the browser smooths between them. */
export function drawMap(canvas: HTMLCanvasElement, grid: Grid): void {
  const [columns, rows] = [grid.x.length, grid.y.length];
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(columns, rows);
  const { share } = shares(grid);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = grid.z[row * columns + column];
      const at = 4 * ((rows - 1 - row) * columns + column);
      const [red, green, blue] = Number.isFinite(value) ? colour(share(value)) : [128, 128, 128];
      image.data.set([red, green, blue, Number.isFinite(value) ? 255 : 60], at);
    }
  }
  context.putImageData(image, 0, 0);
}

type Place = [number, number];
const lines = new WeakMap<ArrayLike<number>, [Place, Place][][]>();

/** Lines of equal value, by marching squares: for every level its pieces. */
export function contours(grid: Grid): [Place, Place][][] {
  const kept = lines.get(grid.z);
  if (kept) return kept;
  const { levels } = shares(grid);
  const columns = grid.x.length;
  const found = levels.map((level) => {
    const pieces: [Place, Place][] = [];
    for (let row = 0; row + 1 < grid.y.length; row++) {
      for (let column = 0; column + 1 < columns; column++) {
        const corners: [number, number][] = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
        const values = corners.map(([across, up]) => grid.z[up * columns + across]);
        if (!values.every(Number.isFinite)) continue;
        const cuts: Place[] = [];
        for (let side = 0; side < 4; side++) {
          const [a, b] = [values[side], values[(side + 1) % 4]];
          if (a < level === b < level) continue;
          const share = (level - a) / (b - a);
          const [from, to] = [corners[side], corners[(side + 1) % 4]];
          cuts.push([
            grid.x[from[0]] + share * (grid.x[to[0]] - grid.x[from[0]]),
            grid.y[from[1]] + share * (grid.y[to[1]] - grid.y[from[1]]),
          ]);
        }
        for (let cut = 0; cut + 1 < cuts.length; cut += 2) pieces.push([cuts[cut], cuts[cut + 1]]);
      }
    }
    return pieces;
  });
  lines.set(grid.z, found);
  return found;
}

/** How a surface is looked at: where it lies on the screen, in pixels of CSS. */
interface View {
  width: number;
  height: number;
  cos: number;
  sin: number;
  place(value: number, axis: number[]): number;
  /** The floor is the square from −½ to ½. */
  project(across: number, deep: number, up: number): Place;
}

const TILT = 0.5;

function viewOf(turn: number, width: number): View {
  const height = Math.round(width * 0.78);
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const size = width * 0.56;
  return {
    width, height, cos, sin,
    place: (value, axis) => (value - axis[0]) / (axis.at(-1)! - axis[0]) - 0.5,
    project: (across, deep, up) => [
      width / 2 + (across * cos - deep * sin) * size,
      height * 0.68 - (across * sin + deep * cos) * size * TILT - up * height * 0.36,
    ],
  };
}

/** Sizes a canvas for the screen and empties it. */
function cleared(canvas: HTMLCanvasElement, { width, height }: View): CanvasRenderingContext2D {
  const scale = devicePixelRatio || 1;
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Draws the grid as a surface seen from the side, back to front, over its floor, whose edge has the colour `ink`. */
export function drawSurface(canvas: HTMLCanvasElement, grid: Grid, turn: number, width: number, ink: string): void {
  const view = viewOf(turn, width);
  const { cos, sin, place, project } = view;
  const context = cleared(canvas, view);
  const { share } = shares(grid);
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.globalAlpha = 0.6;
  draw(context, [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5]].map(([x, y]) => project(x, y, 0)));
  context.stroke();
  context.globalAlpha = 1;
  context.lineWidth = 0.7;
  // As many cells as can be drawn within a frame.
  const stride = Math.max(1, Math.ceil(Math.max(grid.x.length, grid.y.length) / 62));
  const every = (axis: number[]) => Array.from({ length: Math.floor((axis.length - 1) / stride) + 1 }, (_, index) => index * stride);
  const [across, deep] = [every(grid.x), every(grid.y)];
  const heights = deep.map((row) => across.map((column) => share(grid.z[row * grid.x.length + column])));
  const places = deep.map((row, r) => across.map((column, c) => project(place(grid.x[column], grid.x), place(grid.y[row], grid.y), heights[r][c])));
  // Depth grows along one direction of each axis, so back to front is an order of rows and columns.
  const order = (count: number, backwards: boolean) => Array.from({ length: count - 1 }, (_, index) => (backwards ? count - 2 - index : index));
  for (const r of order(deep.length, cos > 0)) {
    for (const c of order(across.length, sin > 0)) {
      const mean = (heights[r][c] + heights[r][c + 1] + heights[r + 1][c] + heights[r + 1][c + 1]) / 4;
      if (!Number.isFinite(mean)) continue;
      const [red, green, blue] = colour(mean);
      context.fillStyle = context.strokeStyle = `rgb(${red} ${green} ${blue})`;
      draw(context, [places[r][c], places[r][c + 1], places[r + 1][c + 1], places[r + 1][c]]);
      context.closePath();
      context.fill();
      context.stroke();
    }
  }
}

function draw(context: CanvasRenderingContext2D, places: Place[]): void {
  context.beginPath();
  for (const [x, y] of places) context.lineTo(x, y);
}

/** Draws the path and the titles over a surface that is drawn already. */
export function drawPath(canvas: HTMLCanvasElement, surface: HTMLCanvasElement, grid: Grid, path: [number, number, number][], turn: number, width: number): void {
  const view = viewOf(turn, width);
  const { cos, sin, place, project } = view;
  const context = cleared(canvas, view);
  context.drawImage(surface, 0, 0, width, view.height);
  const { share } = shares(grid);
  const inside = path.filter(([x, y, value]) => Number.isFinite(value) && Math.abs(place(x, grid.x)) <= 0.5 && Math.abs(place(y, grid.y)) <= 0.5);
  const places = inside.map(([x, y, value]) => project(place(x, grid.x), place(y, grid.y), share(value)));
  context.lineJoin = 'round';
  for (const [colour, thick] of [['#fff', 4.4], ['#000', 2]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = thick;
    draw(context, places);
    context.stroke();
  }
  const style = getComputedStyle(canvas);
  context.fillStyle = style.getPropertyValue('--ink');
  context.font = `${12.5 * rem()}px ${style.fontFamily}`;
  // Letters stay readable on the surface.
  context.strokeStyle = style.getPropertyValue('--page');
  context.lineWidth = 3;
  const write = (text: string, x: number, y: number) => {
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  };
  context.textAlign = 'center';
  // The titles stand at the edges that are nearest, and long ones above each other.
  const titles = ([[0, cos > 0 ? -0.62 : 0.62, grid.xTitle], [sin > 0 ? -0.62 : 0.62, 0, grid.yTitle]] as const).map(([x, y, text]) => {
    const [px, py] = project(x, y, 0);
    const half = context.measureText(text).width / 2;
    return { text, half, x: Math.max(half, Math.min(width - half, px)), y: Math.min(view.height - 6, py + 6) };
  }).sort((a, b) => b.y - a.y);
  const [lower, upper] = titles;
  if (Math.abs(lower.x - upper.x) < lower.half + upper.half) upper.y = Math.min(upper.y, lower.y - 17 * rem());
  for (const { text, x, y } of titles) write(text, x, y);
  context.textAlign = 'left';
  write('height: mean loss', 8, 16 * rem());
}
