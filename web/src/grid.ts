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

/** Values as shares of a range, by rank rather than by size: walls would leave one colour for all that matters. */
function shares(grid: Grid): { share: (value: number) => number; levels: number[] } {
  const sorted = Array.from(grid.z).filter(Number.isFinite).sort((a, b) => a - b);
  const least = sorted[0] ?? 0;
  const most = sorted.at(-1) ?? 1;
  const middle = sorted[sorted.length >> 1] ?? 1;
  // A root that puts the middle value halfway, within bounds.
  const flat = most > least ? (middle - least) / (most - least) : 0.5;
  const power = Math.min(1, Math.max(0.25, Math.log(0.5) / Math.log(Math.min(0.9, Math.max(0.02, flat)))));
  const share = (value: number) => Math.pow((value - least) / (most - least || 1), power);
  const levels = Array.from({ length: LEVELS }, (_, index) => least + (most - least) * Math.pow((index + 1) / (LEVELS + 1), 1 / power));
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

/** Draws the grid as a surface seen from the side, back to front. */
export function drawSurface(canvas: HTMLCanvasElement, grid: Grid, path: [number, number, number][], turn: number, width: number): void {
  const height = Math.round(width * 0.78);
  const scale = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const { share } = shares(grid);
  const [columns, rows] = [grid.x.length, grid.y.length];
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const tilt = 0.5;
  const size = width * 0.56;
  // The floor is the square from −½ to ½.
  const project = (across: number, deep: number, up: number): [number, number, number] => {
    const x = across * cos - deep * sin;
    const y = across * sin + deep * cos;
    return [width / 2 + x * size, height * 0.62 - y * size * tilt - up * height * 0.36 + height * 0.06, y];
  };
  const place = (value: number, axis: number[]) => (value - axis[0]) / (axis.at(-1)! - axis[0]) - 0.5;
  const style = getComputedStyle(canvas);
  const ink = style.getPropertyValue('--quiet');
  const corners: [number, number][] = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]];
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.globalAlpha = 0.6;
  context.beginPath();
  corners.forEach(([x, y], index) => {
    const [px, py] = project(x, y, 0);
    if (index) context.lineTo(px, py);
    else context.moveTo(px, py);
  });
  context.closePath();
  context.stroke();
  context.globalAlpha = 1;
  // As many cells as can be drawn within a frame.
  const stride = Math.max(1, Math.ceil(Math.max(columns, rows) / 62));
  const cells: { depth: number; points: [number, number][]; fill: string }[] = [];
  for (let row = 0; row + stride < rows; row += stride) {
    for (let column = 0; column + stride < columns; column += stride) {
      const around: [number, number][] = [[column, row], [column + stride, row], [column + stride, row + stride], [column, row + stride]];
      const values = around.map(([c, r]) => grid.z[r * columns + c]);
      if (!values.every(Number.isFinite)) continue;
      let depth = 0;
      const points = around.map(([c, r], index): [number, number] => {
        const [x, y, z] = project(place(grid.x[c], grid.x), place(grid.y[r], grid.y), share(values[index]));
        depth += z;
        return [x, y];
      });
      const [red, green, blue] = colour(values.reduce((sum, value) => sum + share(value), 0) / 4);
      cells.push({ depth, points, fill: `rgb(${red} ${green} ${blue})` });
    }
  }
  cells.sort((a, b) => b.depth - a.depth);
  for (const { points, fill } of cells) {
    context.fillStyle = context.strokeStyle = fill;
    context.beginPath();
    points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
    context.fill();
    context.lineWidth = 0.7;
    context.stroke();
  }
  const inside = path.filter(([x, y, value]) => Number.isFinite(value) && Math.abs(place(x, grid.x)) <= 0.5 && Math.abs(place(y, grid.y)) <= 0.5);
  for (const [colour, thick] of [['#fff', 4.4], ['#000', 2]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = thick;
    context.lineJoin = 'round';
    context.beginPath();
    inside.forEach(([x, y, value], index) => {
      const [px, py] = project(place(x, grid.x), place(y, grid.y), share(value));
      if (index) context.lineTo(px, py);
      else context.moveTo(px, py);
    });
    context.stroke();
  }
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
  // The titles stand at the edges that are nearest.
  for (const [x, y, text] of [[0, cos > 0 ? -0.62 : 0.62, grid.xTitle], [sin > 0 ? -0.62 : 0.62, 0, grid.yTitle]] as const) {
    const [px, py] = project(x, y, 0);
    const half = context.measureText(text).width / 2;
    write(text, Math.max(half, Math.min(width - half, px)), Math.min(height - 6, py + 6));
  }
  context.textAlign = 'left';
  write('height: mean loss', 8, 16 * rem());
}
