(() => {
"use strict";
const element = id => document.getElementById(id);
const root = document.documentElement;
const data = JSON.parse(element("data").textContent);

// Columns are the bytes of binary64, little endian, in base64.
const columns = data.columns.map(text => {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 8 }, (_, index) => view.getFloat64(8 * index, true));
});
const column = index => index === null ? null : columns[index];

// All digits that a value needs to be told from its neighbours.
const exact = value => value === Infinity ? "inf" : value === -Infinity ? "-inf" : Object.is(value, -0) ? "-0" : String(value);
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const hidden = (node, yes) => { node.hidden = yes; };

// Where a value lies on a scale, from 0 to 1; NaN if nowhere.
const placer = ({ low, high, log }) => {
  if (log) {
    const [from, to] = [Math.log10(low), Math.log10(high)];
    return value => value > 0 && value < Infinity ? (Math.log10(value) - from) / (to - from) : NaN;
  }
  // The widest ranges overflow; their halves do not.
  const by = Number.isFinite(high - low) ? 1 : 2;
  return value => Number.isFinite(value) ? (value / by - low / by) / (high / by - low / by) : NaN;
};

// The place of the node that is nearest, by places on the axis.
const nearest = (places, at) => {
  let best = 0;
  for (let index = 1; index < places.length; index++) {
    if (Math.abs(places[index] - at) < Math.abs(places[best] - at)) best = index;
  }
  return best;
};

// The cell of an axis in which a place lies, and how far into it; null outside.
const cell = (places, at) => {
  let [from, to] = [0, places.length - 1];
  if (!(at >= places[from] && at <= places[to])) return null;
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (places[middle] <= at) from = middle; else to = middle;
  }
  return [from, (at - places[from]) / (places[to] - places[from])];
};

// ---- State

const HOME = { azimuth: -60, elevation: 32, zoom: 1 };
const camera = { ...HOME };
let current = 0;

// What is computed once per view and scale.
const views = data.views.map(view => {
  const state = { ...view, logarithmic: (view.z ?? view.y).first, node: null, step: 0 };
  if (view.path) {
    const path = view.path;
    state.path = { ...path, x: column(path.x), y: column(path.y), values: column(path.values), inPlane: column(path.in_plane) };
    state.step = path.numbers.length - 1;
  }
  state.marks = view.marks.map(marks => ({ ...marks, x: column(marks.x), y: column(marks.y), outline: new Path2D(marks.shape) }));
  state.across = placer(view.x.scale);
  if (view.kind === "plane") {
    [state.xs, state.ys, state.values] = view.nodes.map(column);
    state.up = placer(view.y.scale);
    state.us = Array.from(state.xs, state.across);
    state.vs = Array.from(state.ys, state.up);
    state.shade = view.shades.match(/.{6}/g).map(digits => "#" + digits);
    // Darker by a fifth, for lines.
    state.dark = state.shade.map(colour => "rgb(" + [1, 3, 5].map(at => Math.round(parseInt(colour.slice(at, at + 2), 16) * 0.8)).join() + ")");
  } else {
    state.curves = view.curves.map(curve => ({ ...curve, x: column(curve.x), y: column(curve.y) }));
    const all = state.curves.flatMap(curve => Array.from(curve.x)).filter(Number.isFinite);
    state.xs = [...new Set(all)].sort((a, b) => a - b);
    state.us = state.xs.map(state.across);
  }
  return state;
});

const rescale = view => {
  const axis = view.z ?? view.y;
  view.scale = view.logarithmic ? axis.log : axis.linear;
  view.height = placer(view.scale);
  if (view.kind === "plane") {
    view.heights = Float64Array.from(view.values, view.height);
    view.levels = view.scale.levels.map(([at]) => view.height(at));
    view.lines = view.path ? draped(view) : [];
  }
};

const shadeAt = (view, share) => Math.round(clamp(share, 0, 1) * (view.shade.length - 1));
const band = (view, index) => view.shade[shadeAt(view, view.levels.length ? index / view.levels.length : 0.5)];

// The height of the surface between nodes, linear along both axes; NaN outside and where a corner has none.
const heightAt = (view, u, v) => {
  const [across, up] = [cell(view.us, u), cell(view.vs, v)];
  if (!across || !up) return NaN;
  const [[column, right], [row, above]] = [across, up];
  const width = view.us.length;
  const at = (down, weight) => weight > 0 ? weight * down : 0;
  const first = row * width + column;
  return at(view.heights[first], (1 - right) * (1 - above)) + at(view.heights[first + 1], right * (1 - above))
    + at(view.heights[first + width], (1 - right) * above) + at(view.heights[first + width + 1], right * above);
};

// A path cut where it crosses lines of the grid, so that it lies on the surface: [u, v, height, number of the step].
const draped = view => {
  const points = [];
  const { x, y } = view.path;
  let before = null;
  for (let step = 0; step < x.length; step++) {
    const here = [view.across(x[step]), view.up(y[step])];
    if (!here.every(Number.isFinite)) { before = null; points.push(null); continue; }
    if (before) {
      const cuts = [];
      for (const [places, axis] of [[view.us, 0], [view.vs, 1]]) {
        const [low, high] = [Math.min(before[axis], here[axis]), Math.max(before[axis], here[axis])];
        for (const place of places) {
          if (place > low && place < high) cuts.push((place - before[axis]) / (here[axis] - before[axis]));
        }
      }
      for (const cut of cuts.sort((a, b) => a - b)) {
        const [u, v] = [0, 1].map(axis => before[axis] + cut * (here[axis] - before[axis]));
        points.push([u, v, heightAt(view, u, v), step]);
      }
    }
    points.push([...here, heightAt(view, ...here), step]);
    before = here;
  }
  return points;
};

// ---- Canvases

const surface = element("surface"), map = element("map");
let colours = {};
let family = "sans-serif";

const readColours = () => {
  const style = getComputedStyle(root);
  const names = ["ground", "ink", "quiet", "grey", "line", ..."01234567".split("").flatMap(n => ["c" + n, "m" + n])];
  colours = Object.fromEntries(names.map(name => [name, style.getPropertyValue("--" + name).trim()]));
  family = getComputedStyle(document.body).fontFamily;
  for (const kind of ["n", "i"]) hatches[kind] = hatch(kind);
};

const hatches = {};
// Lines that rise for what is not a number and fall for what is infinite.
const hatch = kind => {
  const ratio = Math.max(1, Math.round(devicePixelRatio || 1));
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6 * ratio;
  const pen = tile.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = colours.ground;
  pen.fillRect(0, 0, 6, 6);
  pen.strokeStyle = colours.grey;
  pen.stroke(new Path2D(kind === "n" ? "M-1 7L7-1M-1 1L1-1M5 7L7 5" : "M-1-1L7 7M5-1L7 1M-1 5L1 7"));
  const pattern = pen.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
};

const gapKind = corners => corners.some(Number.isNaN) ? "n" : "i";

// A canvas as large as its place in device pixels; drawing is in CSS pixels.
const open = canvas => {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = devicePixelRatio || 1;
  const [across, down] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  const size = parseFloat(getComputedStyle(canvas).fontSize) || 12;
  pen.font = size + "px " + family;
  pen.lineJoin = pen.lineCap = "round";
  return { pen, width, height, size };
};

const trace = (pen, points) => {
  pen.beginPath();
  points.forEach(([x, y], index) => index ? pen.lineTo(x, y) : pen.moveTo(x, y));
};

const stroke = (pen, colour, width, dashes = []) => {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash(dashes);
  pen.stroke();
  pen.setLineDash([]);
};

const dot = (pen, [x, y], radius, fill, rim, width = 1.2) => {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  if (fill) { pen.fillStyle = fill; pen.fill(); }
  if (rim) stroke(pen, rim, width);
};

const STAR = new Path2D(data.star);
const shape = (pen, [x, y], outline, line, fill, rim) => {
  pen.save();
  pen.translate(x, y);
  for (const [colour, width] of line ? [[rim, 4.6], [fill, 2]] : [[rim, 2.4]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke(outline);
  }
  if (!line) { pen.fillStyle = fill; pen.fill(outline); }
  pen.restore();
};

const write = (pen, text, x, y, align, colour, baseline = "middle") => {
  pen.textAlign = align;
  pen.textBaseline = baseline;
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
};

// A text no wider than the room, cut where it must be.
const fitted = (pen, text, room) => {
  if (pen.measureText(text).width <= room) return text;
  let length = text.length;
  while (length > 1 && pen.measureText(text.slice(0, length) + "…").width > room) length--;
  return text.slice(0, length) + "…";
};

const upright = (pen, text, x, y, room, colour) => {
  pen.save();
  pen.translate(x, y);
  pen.rotate(-Math.PI / 2);
  write(pen, fitted(pen, text, room), 0, 0, "center", colour);
  pen.restore();
};

const widest = (pen, ticks) => Math.max(0, ...ticks.map(([, label]) => pen.measureText(label).width));

// The field of a plot with its axes; x and y are axes with `title` and `scale`.
const axes = ({ pen, width, height, size }, x, y, beside, lines) => {
  const left = Math.ceil(widest(pen, y.scale.ticks) + 10 + (y.title ? size * 1.5 : 0));
  const field = { left, top: Math.ceil(size * 0.7), right: Math.max(left + 40, width - Math.ceil(beside)) };
  field.bottom = Math.max(field.top + 40, height - Math.ceil(size * (x.title ? 3.1 : 1.7)));
  const [across, up] = [placer(x.scale), placer(y.scale)];
  field.at = (u, v) => [field.left + u * (field.right - field.left), field.bottom - v * (field.bottom - field.top)];
  const marks = new Path2D(), grid = new Path2D();
  let free = -Infinity;
  for (const [at, label] of x.scale.ticks) {
    const [place] = field.at(across(at), 0);
    marks.moveTo(place, field.bottom); marks.lineTo(place, field.bottom + 4);
    grid.moveTo(place, field.bottom); grid.lineTo(place, field.top);
    const half = pen.measureText(label).width / 2;
    const middle = clamp(place, half, width - half);
    if (middle - half < free) continue;
    write(pen, label, middle, field.bottom + 7, "center", colours.ink, "top");
    free = middle + half + 6;
  }
  let below = Infinity;
  for (const [at, label] of y.scale.ticks) {
    const [, place] = field.at(0, up(at));
    marks.moveTo(field.left - 4, place); marks.lineTo(field.left, place);
    grid.moveTo(field.left, place); grid.lineTo(field.right, place);
    if (place + size / 2 > below) continue;
    write(pen, label, field.left - 7, place, "right", colours.ink);
    below = place - size / 2;
  }
  if (lines) {
    pen.globalAlpha = 0.13;
    pen.lineWidth = 1;
    pen.strokeStyle = colours.ink;
    pen.stroke(grid);
    pen.globalAlpha = 1;
  }
  pen.lineWidth = 1;
  pen.strokeStyle = colours.quiet;
  pen.stroke(marks);
  const [middle, centre] = [(field.left + field.right) / 2, (field.top + field.bottom) / 2];
  if (x.title) write(pen, fitted(pen, x.title, field.right - field.left), middle, height - 2, "center", colours.ink, "bottom");
  if (y.title) upright(pen, y.title, size * 0.6, centre, field.bottom - field.top, colours.ink);
  return field;
};

const outline = (pen, field) => {
  pen.lineWidth = 1;
  pen.strokeStyle = colours.quiet;
  pen.strokeRect(field.left, field.top, field.right - field.left, field.bottom - field.top);
};

const within = (pen, field, draw) => {
  pen.save();
  pen.beginPath();
  pen.rect(field.left, field.top, field.right - field.left, field.bottom - field.top);
  pen.clip();
  draw();
  pen.restore();
};

// A label beside a point, on the side that has room, or below it.
const note = (pen, text, [x, y], field, colour, rim, below = false) => {
  if (!text) return;
  const width = pen.measureText(text).width;
  const right = x + width + 12 <= field.right || x - width - 12 < field.left;
  pen.lineWidth = 3;
  pen.strokeStyle = rim;
  pen.fillStyle = colour;
  pen.textAlign = below ? "center" : right ? "left" : "right";
  pen.textBaseline = "middle";
  const height = y + 26 > field.bottom ? y - 16 : y + 16;
  const place = below ? [clamp(x, field.left + width / 2 + 3, field.right - width / 2 - 3), height]
    : [x + (right ? 11 : -11), clamp(y, field.top + 8, field.bottom - 8)];
  pen.strokeText(text, ...place);
  pen.fillText(text, ...place);
};

// ---- Contours

// The part of a cell where values reach a level, and the line at its edge. Corners are counted around the cell.
const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];
const cut = (corners, level) => {
  const inside = corners.map(value => value >= level);
  const crossing = index => {
    const [from, to] = [corners[index], corners[(index + 1) % 4]];
    const share = (level - from) / (to - from);
    const [a, b] = [CORNERS[index], CORNERS[(index + 1) % 4]];
    return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
  };
  const saddle = inside[0] === inside[2] && inside[1] === inside[3] && inside[0] !== inside[1];
  if (saddle && (corners[0] + corners[1] + corners[2] + corners[3]) / 4 < level) {
    const parts = [0, 1, 2, 3].filter(index => inside[index])
      .map(index => [crossing((index + 3) % 4), CORNERS[index], crossing(index)]);
    return { areas: parts, lines: parts.map(([from, , to]) => [from, to]) };
  }
  const area = [], lines = [], ends = [];
  for (let index = 0; index < 4; index++) {
    if (inside[index]) area.push(CORNERS[index]);
    if (inside[index] !== inside[(index + 1) % 4]) {
      const place = crossing(index);
      area.push(place);
      ends.push([inside[index], place]);
    }
  }
  for (let index = 0; index < ends.length; index++) {
    if (ends[index][0]) lines.push([ends[index][1], ends[(index + 1) % ends.length][1]]);
  }
  return { areas: [area], lines };
};

const corners = (view, column, row) => {
  const first = row * view.us.length + column, next = first + view.us.length;
  return [first, first + 1, next + 1, next];
};

const contours = (pen, view, field) => {
  const { us, vs, heights, levels } = view;
  const place = (column, row, [right, up]) =>
    field.at(us[column] + right * (us[column + 1] - us[column]), vs[row] + up * (vs[row + 1] - vs[row]));
  pen.fillStyle = band(view, 0);
  pen.fillRect(field.left, field.top, field.right - field.left, field.bottom - field.top);
  levels.forEach((level, index) => {
    // One path for a level: neighbours in one path have no seams between them.
    const areas = new Path2D(), lines = new Path2D();
    for (let row = 0; row + 1 < vs.length; row++) {
      let start = null;
      for (let column = 0; column < us.length; column++) {
        const own = column + 1 < us.length ? corners(view, column, row).map(at => heights[at]) : null;
        const full = own !== null && own.every(value => value >= level);
        if (full && start === null) start = column;
        if (!full && start !== null) {
          const [[x, y], [right, top]] = [place(start, row, [0, 0]), place(column - 1, row, [1, 1])];
          areas.moveTo(x, y); areas.lineTo(right, y); areas.lineTo(right, top); areas.lineTo(x, top); areas.closePath();
          start = null;
        }
        if (own === null || full || own.some(Number.isNaN) || own.every(value => value < level)) continue;
        const found = cut(own, level);
        for (const area of found.areas) {
          area.forEach((corner, number) => areas[number ? "lineTo" : "moveTo"](...place(column, row, corner)));
          areas.closePath();
        }
        for (const [from, to] of found.lines) {
          lines.moveTo(...place(column, row, from));
          lines.lineTo(...place(column, row, to));
        }
      }
    }
    pen.fillStyle = band(view, index + 1);
    pen.fill(areas);
    pen.strokeStyle = "rgba(0,0,0,.4)";
    pen.lineWidth = 0.75;
    pen.stroke(lines);
  });
  for (let row = 0; row + 1 < vs.length; row++) {
    for (let column = 0; column + 1 < us.length; column++) {
      const around = corners(view, column, row);
      if (!around.some(at => Number.isNaN(heights[at]))) continue;
      const [[x, y], [right, top]] = [place(column, row, [0, 0]), place(column, row, [1, 1])];
      pen.fillStyle = hatches[gapKind(around.map(at => view.values[at]))];
      pen.fillRect(x - 0.3, top - 0.3, right - x + 0.6, y - top + 0.6);
    }
  }
};

const bar = ({ pen, width, size }, view, field, room) => {
  const levels = view.scale.levels;
  const x = width - room + size * 1.1;
  const step = (field.bottom - field.top) / (levels.length + 1);
  for (let index = 0; index <= levels.length; index++) {
    pen.fillStyle = band(view, index);
    pen.fillRect(x, field.bottom - (index + 1) * step, size, step + 0.5);
  }
  pen.lineWidth = 1;
  pen.strokeStyle = colours.quiet;
  pen.strokeRect(x, field.top, size, field.bottom - field.top);
  let below = Infinity;
  levels.forEach(([, label], index) => {
    const y = field.bottom - (index + 1) * step;
    if (y + size / 2 > below) return;
    write(pen, label, x + size + 5, y, "left", colours.ink);
    below = y - size / 2;
  });
  upright(pen, view.z.title, width - size * 0.6, (field.top + field.bottom) / 2, field.bottom - field.top, colours.ink);
};

// What does not change while a reader points and walks is drawn once.
const still = document.createElement("canvas");
let stillKey = "";
let mapField = null;

const drawPlane = view => {
  const sheet = open(map);
  const { pen, width, height, size } = sheet;
  const room = size * 2.1 + 10 + widest(pen, view.scale.levels) + size * 1.5;
  const key = [current, view.logarithmic, map.width, map.height, devicePixelRatio, size, root.dataset.theme, colours.ground].join();
  if (key !== stillKey) {
    mapField = axes(sheet, view.x, view.y, room, false);
    within(pen, mapField, () => contours(pen, view, mapField));
    outline(pen, mapField);
    bar(sheet, view, mapField, room);
    [still.width, still.height] = [map.width, map.height];
    still.getContext("2d").drawImage(map, 0, 0);
    stillKey = key;
  } else {
    pen.drawImage(still, 0, 0, width, height);
  }
  const field = mapField;
  publish(field);
  within(pen, field, () => {
    if (view.path) walkOnMap(pen, view, field);
    for (const marks of view.marks) {
      marks.x.forEach((x, index) => {
        const place = field.at(view.across(x), view.up(marks.y[index]));
        if (!place.every(Number.isFinite)) return;
        shape(pen, place, marks.outline, marks.line, colours["m" + marks.colour], "#fff");
        note(pen, marks.labels[index], place, field, "#000", "#fff");
      });
    }
  });
  if (view.node !== null) {
    const [column, row] = [view.node % view.us.length, Math.floor(view.node / view.us.length)];
    ring(pen, field.at(view.us[column], view.vs[row]));
  }
};

const ring = (pen, place) => {
  dot(pen, place, 6, null, "#000", 4);
  dot(pen, place, 6, null, "#fff", 2);
};

// Where the field lies in the canvas, in CSS pixels: left, top, right, bottom.
const publish = field => { map.dataset.field = [field.left, field.top, field.right, field.bottom].join(" "); };

// The steps that were made so far are strong, those to come faint.
const walkOnMap = (pen, view, field) => {
  const { path, step } = view;
  const colour = colours["m" + path.colour];
  const places = Array.from(path.x, (x, index) => field.at(view.across(x), view.up(path.y[index])));
  const runs = (from, to) => split(places.slice(from, to + 1), place => place.every(Number.isFinite));
  pen.globalAlpha = 0.45;
  for (const run of runs(step, places.length - 1)) { trace(pen, run); stroke(pen, "#fff", 1.6); }
  pen.globalAlpha = 1;
  const done = runs(0, step);
  for (const run of done) { trace(pen, run); stroke(pen, "#fff", 4.2); }
  for (const run of done) { trace(pen, run); stroke(pen, colour, 2); }
  dots(pen, places.slice(0, step + 1), colour);
  ends(pen, places, step, colour);
};

const split = (points, has) => {
  const runs = [];
  let run = [];
  for (const point of points) {
    if (point && has(point)) { run.push(point); continue; }
    if (run.length) runs.push(run);
    run = [];
  }
  if (run.length) runs.push(run);
  return runs;
};

// Dots stand where steps are far apart: close ones would hide the line.
const dots = (pen, places, colour) => {
  places.forEach((place, index) => {
    const apart = [places[index - 1], places[index + 1]].every(other => !other || !(Math.hypot(other[0] - place[0], other[1] - place[1]) < 9));
    if (apart && place.every(Number.isFinite)) dot(pen, place, 2.5, colour);
  });
};

// Where the reader is on a path: a ring, so that what is below it can be seen.
const stand = (pen, place, colour) => {
  dot(pen, place, 8.5, null, "#fff", 5);
  dot(pen, place, 8.5, null, colour, 2.5);
};

const ends = (pen, places, step, colour) => {
  const seen = place => place && place.every(Number.isFinite);
  if (seen(places[0])) dot(pen, places[0], 4.5, colour, "#fff");
  if (seen(places.at(-1))) shape(pen, places.at(-1), STAR, false, colour, "#fff");
  if (seen(places[step])) stand(pen, places[step], colour);
};

// ---- Lines

const drawLine = view => {
  const sheet = open(map);
  const { pen } = sheet;
  const field = axes(sheet, view.x, { title: view.y.title, scale: view.scale }, sheet.size, true);
  publish(field);
  outline(pen, field);
  const place = (x, y) => field.at(view.across(x), view.height(y));
  within(pen, field, () => {
    for (const curve of view.curves) {
      const colour = colours["c" + curve.colour];
      const points = Array.from(curve.x, (x, index) => place(x, curve.y[index]));
      for (const run of split(points, point => point.every(Number.isFinite))) {
        trace(pen, run);
        stroke(pen, colour, 2, curve.dashes);
        if (curve.dots || run.length === 1) run.forEach(point => dot(pen, point, 2.5, colour));
      }
    }
    if (view.path) {
      const { path, step } = view;
      const colour = colours["c" + path.colour];
      const places = Array.from(path.x, (x, index) => place(x, path.values[index]));
      const has = point => point.every(Number.isFinite);
      pen.globalAlpha = 0.4;
      for (const run of split(places.slice(step), has)) { trace(pen, run); stroke(pen, colour, 1.4); }
      pen.globalAlpha = 1;
      for (const run of split(places.slice(0, step + 1), has)) { trace(pen, run); stroke(pen, colour, 1.6); }
      dots(pen, places.slice(0, step + 1), colour);
      ends(pen, places, step, colour);
    }
  });
  for (const marks of view.marks) {
    marks.x.forEach((x, index) => {
      const at = place(x, marks.y[index]);
      if (!at.every(Number.isFinite) || at[0] < field.left - 1 || at[0] > field.right + 1) return;
      if (at[1] < field.top - 1 || at[1] > field.bottom + 1) return;
      shape(pen, at, marks.outline, marks.line, colours["c" + marks.colour], colours.ground);
      note(pen, marks.labels[index], at, field, colours.ink, colours.ground, true);
    });
  }
  if (view.node !== null) {
    const [x] = field.at(view.us[view.node], 0);
    trace(pen, [[x, field.top], [x, field.bottom]]);
    stroke(pen, colours.quiet, 1, [3, 3]);
    for (const curve of view.curves) {
      const at = place(view.xs[view.node], curve.y[nearestOf(curve, view.xs[view.node])]);
      if (at.every(Number.isFinite)) dot(pen, at, 4.5, colours.ground, colours["c" + curve.colour], 2.5);
    }
  }
};

const nearestOf = (curve, x) => {
  let best = 0;
  curve.x.forEach((at, index) => { if (!(Math.abs(curve.x[best] - x) <= Math.abs(at - x))) best = index; });
  return best;
};

// ---- Surface

// The height of the box in comparison with its sides.
const BOX = 0.72;
let shown = null;

const project = (width, height, size) => {
  const [a, e] = [camera.azimuth, camera.elevation].map(degrees => degrees * Math.PI / 180);
  const [sa, ca, se, ce] = [Math.sin(a), Math.cos(a), Math.sin(e), Math.cos(e)];
  const scale = Math.max(20, Math.min((width - size * 7) / 1.42, (height - size * 5) / 1.42)) * camera.zoom;
  return {
    towards: [ca * ce, sa * ce, se],
    at: (u, v, t) => {
      const [x, y, z] = [u - 0.5, v - 0.5, (t - 0.5) * BOX];
      return [width / 2 + size * 0.8 + scale * (y * ca - x * sa), height / 2 - size * 0.6 - scale * (z * ce - x * ca * se - y * sa * se)];
    },
  };
};

// Whether the surface hides a point: the way to the eye leads below it.
const isHidden = (view, towards, u, v, t) => {
  const step = 0.4 / Math.max(view.us.length, view.vs.length);
  const flat = Math.hypot(towards[0], towards[1]) || 1e-9;
  const [du, dv, dt] = [towards[0] / flat * step, towards[1] / flat * step, towards[2] / flat * step / BOX];
  for (let index = 1; ; index++) {
    const [x, y, z] = [u + index * du, v + index * dv, t + index * dt];
    if (x < 0 || x > 1 || y < 0 || y > 1 || z > 1) return false;
    if (heightAt(view, x, y) > z + 0.006) return true;
  }
};

const drawSurface = view => {
  const { pen, width, height, size } = open(surface);
  const { towards, at } = project(width, height, size);
  drawBox(pen, view, towards, at, size, width);
  const { us, vs, heights } = view;
  const columns = us.length;
  const places = Array.from(heights, (t, node) =>
    at(us[node % columns], vs[Math.floor(node / columns)], Number.isNaN(t) ? 0 : t));
  // From the far end to the near one, so that what is nearer hides what is farther.
  const order = (length, far) => Array.from({ length: length - 1 }, (_, index) => far ? index : length - 2 - index);
  const across = order(columns, towards[0] > 0), along = order(vs.length, towards[1] > 0);
  const cells = [], gaps = [];
  for (const row of along) for (const column of across) {
    const around = corners(view, column, row);
    if (around.some(node => Number.isNaN(heights[node]))) gaps.push(around.map(node => node)); else cells.push(around);
  }
  const floor = node => at(us[node % columns], vs[Math.floor(node / columns)], 0);
  for (const around of gaps) {
    trace(pen, around.map(floor));
    pen.closePath();
    pen.fillStyle = hatches[gapKind(around.map(node => view.values[node]))];
    pen.fill();
  }
  pen.lineWidth = Math.max(columns, vs.length) > 35 ? 0.5 : 0.7;
  for (const around of cells) {
    trace(pen, around.map(node => places[node]));
    pen.closePath();
    const shade = shadeAt(view, around.reduce((sum, node) => sum + heights[node], 0) / 4);
    pen.fillStyle = view.shade[shade];
    pen.fill();
    // A line of the mesh, which covers the seam between neighbours too.
    pen.strokeStyle = view.dark[shade];
    pen.stroke();
  }
  shown = { view, cells: cells.reverse(), gaps, places, floor };
  const hide = (u, v, t) => isHidden(view, towards, u, v, t);
  if (view.path) walkOnSurface(pen, view, at, hide);
  for (const marks of view.marks) {
    marks.x.forEach((x, index) => {
      const [u, v] = [view.across(x), view.up(marks.y[index])];
      const t = heightAt(view, u, v);
      if (!Number.isFinite(t)) return;
      pen.globalAlpha = hide(u, v, t) ? 0.35 : 1;
      shape(pen, at(u, v, t), marks.outline, marks.line, colours["m" + marks.colour], "#fff");
      pen.globalAlpha = 1;
    });
  }
  if (view.node !== null) {
    const [u, v, t] = [us[view.node % columns], vs[Math.floor(view.node / columns)], heights[view.node]];
    if (Number.isFinite(t)) {
      trace(pen, [at(u, v, 0), at(u, v, t)]);
      stroke(pen, colours.quiet, 1, [2, 3]);
    }
    pen.globalAlpha = hide(u, v, Number.isFinite(t) ? t : 0) ? 0.5 : 1;
    ring(pen, at(u, v, Number.isFinite(t) ? t : 0));
    pen.globalAlpha = 1;
  }
};

const walkOnSurface = (pen, view, at, hide) => {
  const { path, step } = view;
  const colour = colours["m" + path.colour];
  const points = view.lines.map(point => point && Number.isFinite(point[2])
    ? { place: at(...point), step: point[3], hidden: hide(point[0], point[1], point[2]) } : null);
  // Pieces by whether they are seen and were walked; a change begins a new piece at the last point.
  const pieces = [];
  let before = null;
  for (const point of points) {
    if (point && before) {
      const kind = (before.hidden || point.hidden ? 1 : 0) + (point.step > step ? 2 : 0);
      const last = pieces.at(-1);
      if (last && last.kind === kind && last.end === before) { last.places.push(point.place); last.end = point; }
      else pieces.push({ kind, places: [before.place, point.place], end: point });
    }
    before = point;
  }
  for (const { kind, places } of pieces) {
    if (kind === 0) continue;
    pen.globalAlpha = [, 0.85, 0.5, 0.3][kind];
    trace(pen, places);
    stroke(pen, "#fff", kind === 2 ? 1.4 : 2, kind & 1 ? [0.1, 4] : []);
  }
  pen.globalAlpha = 1;
  for (const [line, thickness] of [["#fff", 4.2], [colour, 2]]) {
    for (const { kind, places } of pieces) if (kind === 0) { trace(pen, places); stroke(pen, line, thickness); }
  }
  const steps = [];
  for (const point of points) if (point) steps[point.step] = point;
  const marked = (point, draw) => {
    if (!point) return;
    pen.globalAlpha = point.hidden ? 0.35 : 1;
    draw(point.place);
    pen.globalAlpha = 1;
  };
  marked(steps[0], place => dot(pen, place, 4.5, colour, "#fff"));
  marked(steps[path.x.length - 1], place => shape(pen, place, STAR, false, colour, "#fff"));
  const [u, v] = [view.across(path.x[step]), view.up(path.y[step])];
  const [here, there] = [heightAt(view, u, v), view.height(path.values[step])];
  // From the plane to the true value, as far as the box goes.
  if (Number.isFinite(here) && Number.isFinite(there)) {
    const top = clamp(there, 0, 1);
    const [from, to] = [at(u, v, here), at(u, v, top)];
    trace(pen, [from, to]);
    stroke(pen, "#fff", 4);
    trace(pen, [from, to]);
    stroke(pen, colour, 2);
    trace(pen, [[to[0] - 5, to[1]], [to[0] + 5, to[1]]]);
    stroke(pen, colour, 2);
  }
  marked(steps[step], place => stand(pen, place, colour));
};

const drawBox = (pen, view, towards, at, size, width) => {
  const far = axis => towards[axis] > 0 ? 0 : 1;
  const [farX, farY] = [far(0), far(1)];
  const [nearX, nearY] = [1 - farX, 1 - farY];
  const lines = new Path2D();
  const line = (...points) => points.forEach((point, index) => lines[index ? "lineTo" : "moveTo"](...at(...point)));
  const marks = (scale, place) => scale.ticks.map(([value, label]) => [clamp(place(value), 0, 1), label]);
  const x = marks(view.x.scale, view.across), y = marks(view.y.scale, view.up), z = marks(view.scale, view.height);
  for (const [u] of x) line([u, nearY, 0], [u, farY, 0], [u, farY, 1]);
  for (const [v] of y) line([nearX, v, 0], [farX, v, 0], [farX, v, 1]);
  for (const [t] of z) line([nearX, farY, t], [farX, farY, t], [farX, nearY, t]);
  pen.globalAlpha = 0.16;
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 1;
  pen.stroke(lines);
  pen.globalAlpha = 1;
  const [one, other] = [[nearX, farY], [farX, nearY]];
  const edge = at(...one, 0)[0] < at(...other, 0)[0] ? one : other;
  const [low, high] = [at(...edge, 0), at(...edge, 1)];
  for (const points of [[[farX, nearY, 0], [nearX, nearY, 0], [nearX, farY, 0]], [[...edge, 0], [...edge, 1]]]) {
    trace(pen, points.map(point => at(...point)));
    stroke(pen, colours.quiet, 1);
  }
  const centre = at(0.5, 0.5, 0);
  const taken = [];
  const beside = (marks, point, title) => {
    const [from, to] = [at(...point(0)), at(...point(1))];
    const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    const along = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(...along) || 1;
    let out = [-along[1] / length, along[0] / length];
    if (out[0] * (middle[0] - centre[0]) + out[1] * (middle[1] - centre[1]) < 0) out = [-out[0], -out[1]];
    let reach = 0;
    for (const [share, label] of marks) {
      const [px, py] = at(...point(share));
      trace(pen, [[px, py], [px + 4 * out[0], py + 4 * out[1]]]);
      stroke(pen, colours.quiet, 1);
      const half = pen.measureText(label).width / 2;
      const away = 7 + half * Math.abs(out[0]) + size * 0.5 * Math.abs(out[1]);
      const place = [px + away * out[0], py + away * out[1]];
      // Numbers that would run into each other give way.
      if (taken.some(other => Math.abs(other[0] - place[0]) < other[2] + half + 5 && Math.abs(other[1] - place[1]) < size)) continue;
      write(pen, label, ...place, "center", colours.ink);
      taken.push([...place, half]);
      reach = Math.max(reach, away + half * Math.abs(out[0]) + size * 0.5 * Math.abs(out[1]));
    }
    if (!title) return;
    pen.save();
    pen.translate(middle[0] + (reach + size * 0.8) * out[0], middle[1] + (reach + size * 0.8) * out[1]);
    const angle = Math.atan2(along[1], along[0]);
    pen.rotate(Math.cos(angle) < 0 ? angle + Math.PI : angle);
    write(pen, fitted(pen, title, Math.max(length, 90)), 0, 0, "center", colours.ink);
    pen.restore();
  };
  beside(x, share => [share, nearY, 0], view.x.title);
  beside(y, share => [nearX, share, 0], view.y.title);
  let reach = 0, below = Infinity;
  for (const [share, label] of z) {
    const [px, py] = at(...edge, share);
    trace(pen, [[px, py], [px - 4, py]]);
    stroke(pen, colours.quiet, 1);
    if (py + size / 2 > below) continue;
    write(pen, label, px - 7, py, "right", colours.ink);
    below = py - size / 2;
    reach = Math.max(reach, pen.measureText(label).width);
  }
  const away = Math.max(size * 0.6, low[0] - reach - 10 - size * 0.6);
  upright(pen, view.z.title, Math.min(away, width), (low[1] + high[1]) / 2, Math.max(60, low[1] - high[1]), colours.ink);
};

// The node of the surface under a place of the picture: of the nearest cell there, the nearest corner.
const nodeUnder = (x, y) => {
  const { cells, gaps, places, floor } = shown;
  const holds = polygon => {
    let inside = false;
    for (let index = 0, last = polygon.length - 1; index < polygon.length; last = index++) {
      const [[ax, ay], [bx, by]] = [polygon[index], polygon[last]];
      if (ay > y !== by > y && x < (bx - ax) * (y - ay) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  };
  const hit = cells.find(around => holds(around.map(node => places[node])));
  const hole = hit ? null : gaps.find(around => holds(around.map(floor)));
  const around = hit ?? hole;
  if (!around) return null;
  const distance = node => { const [px, py] = hit ? places[node] : floor(node); return Math.hypot(px - x, py - y); };
  return around.reduce((best, node) => distance(node) < distance(best) ? node : best);
};

// ---- Words

const rows = (list, pairs) => {
  if (list.childElementCount !== 2 * pairs.length) {
    list.replaceChildren(...pairs.flatMap(() => [document.createElement("dt"), document.createElement("dd")]));
  }
  pairs.forEach(([name, value], index) => {
    const [term, text] = [list.children[2 * index], list.children[2 * index + 1]];
    if (term.textContent !== name) term.textContent = name;
    if (text.textContent !== value) text.textContent = value;
  });
};

const nodeRows = view => {
  const none = view.node === null;
  if (view.kind === "plane") {
    const [column, row] = [view.node % view.xs.length, Math.floor(view.node / view.xs.length)];
    return [[view.x.title || "x", none ? "–" : exact(view.xs[column])], [view.y.title || "y", none ? "–" : exact(view.ys[row])],
      [view.z.title || "value", none ? "–" : exact(view.values[view.node])]];
  }
  const x = view.xs[view.node];
  const of = curve => {
    const index = nearestOf(curve, x);
    return exact(curve.y[index]) + (curve.x[index] === x ? "" : " (at " + exact(curve.x[index]) + ")");
  };
  return [[view.x.title || "x", none ? "–" : exact(x)],
    ...view.curves.map(curve => [curve.name || view.y.title || "value", none ? "–" : of(curve)])];
};

const stepRows = view => {
  const { path, step } = view;
  const name = (view.z ?? view.y).title || "value";
  const value = path.values[step];
  const first = [["step", path.numbers[step].toLocaleString("en") + " (" + (step + 1) + " of " + path.numbers.length + ")"]];
  if (!path.inPlane) return [...first, [view.x.title || "x", exact(path.x[step])], [name, exact(value)]];
  const inPlane = path.inPlane[step];
  const gap = value - inPlane;
  return [...first, [name, exact(value)], [name + " in the plane", exact(inPlane)],
    ["off the plane", Number.isFinite(gap) ? String(Number(gap.toPrecision(6))) : "–"]];
};

let pending = 0;
// Said when the reader pauses, or a screen reader would never come to an end.
const say = pairs => {
  clearTimeout(pending);
  pending = setTimeout(() => { element("live").textContent = pairs.map(pair => pair.join(": ")).join("; "); }, 350);
};

const words = () => {
  const view = views[current];
  rows(element("node"), nodeRows(view));
  if (view.path) {
    const pairs = stepRows(view);
    rows(element("at"), pairs);
    element("step").setAttribute("aria-valuetext", pairs.map(pair => pair.join(" ")).join(", "));
  }
};

const svg = (tag, attributes) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
};

const legend = view => {
  const onMap = view.kind === "plane" ? "m" : "c";
  const colour = number => "var(--" + onMap + number + ")";
  const entry = (name, ...shapes) => {
    if (!name) return [];
    const item = document.createElement("li");
    const sample = svg("svg", { width: 26, height: 18, viewBox: "-13 -9 26 18", "aria-hidden": "true" });
    sample.append(...shapes);
    item.append(sample, name);
    return [item];
  };
  const line = (number, dashes = []) => svg("path", { d: "M-12 0H12", fill: "none", "stroke-width": 2,
    "stroke-linecap": "round", "stroke-dasharray": dashes.join(" "), style: "stroke:" + colour(number) });
  const rim = view.kind === "plane" ? "#fff" : "var(--ground)";
  const items = (view.curves ?? []).flatMap(curve => entry(curve.legend, line(curve.colour, curve.dashes)));
  if (view.path) {
    const halo = svg("path", { d: "M-12 0H12", "stroke-width": 4.5, "stroke-linecap": "round", style: "stroke:" + rim });
    items.push(...entry(view.path.legend, halo, line(view.path.colour), svg("circle", { r: 3, style: "fill:" + colour(view.path.colour) })));
  }
  for (const marks of view.marks) {
    const style = marks.line ? "fill:none;stroke-width:2;stroke:" + colour(marks.colour)
      : "fill:" + colour(marks.colour) + ";stroke:" + rim + ";stroke-width:1.2";
    items.push(...entry(marks.name, svg("path", { d: marks.shape, style })));
  }
  for (const gap of view.gaps ?? []) {
    const lines = gap.kind === "n" ? "M-9 5l10-10M-4 5L6-5M1 5L9-3M-9 0l5-5" : "M-9-5L1 5M-4-5L6 5M1-5l8 8M-9 0l5 5";
    items.push(...entry(gap.name, svg("path", { d: lines, fill: "none", style: "stroke:var(--grey)" }),
      svg("rect", { x: -9.5, y: -5.5, width: 19, height: 11, fill: "none", style: "stroke:var(--grey)" })));
  }
  element("legend").replaceChildren(...items);
};

// ---- What the reader does

let waiting = false;
const draw = () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const view = views[current];
    if (view.kind === "plane") { drawSurface(view); drawPlane(view); } else drawLine(view);
  });
};

const refresh = () => { words(); draw(); };

const select = node => {
  const view = views[current];
  if (view.node === node) return;
  view.node = node;
  if (node !== null) say(nodeRows(view));
  refresh();
};

const goTo = step => {
  const view = views[current];
  view.step = clamp(step, 0, view.path.numbers.length - 1);
  element("step").value = view.step;
  refresh();
};

let playing = 0;
const pause = () => {
  clearInterval(playing);
  playing = 0;
  element("play").textContent = "Play";
};
const play = () => {
  const view = views[current];
  const last = view.path.numbers.length - 1;
  if (view.step >= last) goTo(0);
  // A walk takes some ten seconds; a reader who wants little motion gets few steps.
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const pace = calm ? 600 : clamp(10000 / Math.max(1, last), 33, 500);
  const stride = Math.max(1, Math.ceil(last * pace / 12000));
  element("play").textContent = "Pause";
  playing = setInterval(() => {
    goTo(views[current].step + stride);
    if (views[current].step >= last) pause();
  }, pace);
};

const show = index => {
  pause();
  current = index;
  const view = views[index];
  const plane = view.kind === "plane";
  hidden(element("round"), !plane);
  element("pictures").classList.toggle("one", !plane);
  element("point").textContent = plane ? "Point at it, or move with the arrow keys; Escape lets go."
    : "Point at it, or move with the left and right arrow keys; Escape lets go.";
  element("nodename").textContent = plane ? "Nearest node" : "Nearest point";
  if (plane) surface.setAttribute("aria-label", "Surface: " + view.description);
  map.setAttribute("aria-label", (plane ? "Contours: " : "Plot: ") + view.description);
  const axis = view.z ?? view.y;
  element("log").disabled = !axis.log;
  element("whynot").textContent = axis.log ? "" : "A logarithmic scale needs values above 0.";
  hidden(element("walk"), !view.path);
  hidden(element("walking"), !view.path);
  if (view.path) {
    element("step").max = view.path.numbers.length - 1;
    element("step").value = view.step;
    element("walkname").textContent = view.path.name || "Path";
  }
  for (const part of document.querySelectorAll("[data-view]")) hidden(part, Number(part.dataset.view) !== index);
  const tabs = document.querySelectorAll("[role=tab]");
  tabs.forEach((tab, place) => {
    tab.setAttribute("aria-selected", String(place === index));
    tab.tabIndex = place === index ? 0 : -1;
  });
  if (tabs.length) element("panel").setAttribute("aria-labelledby", "tab" + index);
  legend(view);
  setScale(view.logarithmic);
};

const setScale = logarithmic => {
  const view = views[current];
  view.logarithmic = logarithmic;
  element("log").setAttribute("aria-pressed", String(logarithmic));
  element("linear").setAttribute("aria-pressed", String(!logarithmic));
  rescale(view);
  refresh();
};

const turn = (azimuth, elevation) => {
  camera.azimuth = (camera.azimuth + azimuth) % 360;
  camera.elevation = clamp(camera.elevation + elevation, 5, 89);
  draw();
};
const zoom = factor => {
  const before = camera.zoom;
  camera.zoom = clamp(before * factor, 0.5, 6);
  draw();
  return camera.zoom !== before;
};
const reset = () => { Object.assign(camera, HOME); draw(); };

const inside = (canvas, event) => {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};

// Pointers that are down on the surface, by their number: one turns, two zoom.
const held = new Map();
surface.addEventListener("pointerdown", event => {
  surface.setPointerCapture(event.pointerId);
  held.set(event.pointerId, inside(surface, event));
  surface.classList.add("held");
  if (event.pointerType === "touch" && held.size === 1) select(nodeUnder(...inside(surface, event)));
});
surface.addEventListener("pointermove", event => {
  const here = inside(surface, event);
  if (!held.has(event.pointerId)) {
    if (shown) select(nodeUnder(...here));
    return;
  }
  const before = held.get(event.pointerId);
  if (held.size === 1) turn((before[0] - here[0]) * 0.5, (here[1] - before[1]) * 0.4);
  if (held.size === 2) {
    const other = [...held].find(([id]) => id !== event.pointerId)[1];
    const apart = place => Math.hypot(place[0] - other[0], place[1] - other[1]);
    zoom(apart(here) / Math.max(1, apart(before)));
  }
  held.set(event.pointerId, here);
});
const release = event => {
  held.delete(event.pointerId);
  if (!held.size) surface.classList.remove("held");
};
surface.addEventListener("pointerup", release);
surface.addEventListener("pointercancel", release);
surface.addEventListener("pointerleave", event => { if (event.pointerType === "mouse") select(null); });
surface.addEventListener("dblclick", reset);
// Where it cannot zoom any further, the page scrolls.
surface.addEventListener("wheel", event => {
  if (zoom(Math.exp(-clamp(event.deltaY, -200, 200) * 0.0015))) event.preventDefault();
}, { passive: false });
surface.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const acts = {
    ArrowLeft: () => turn(-5, 0), ArrowRight: () => turn(5, 0), ArrowUp: () => turn(0, 5), ArrowDown: () => turn(0, -5),
    "+": () => zoom(1.15), "=": () => zoom(1.15), "-": () => zoom(1 / 1.15), 0: reset, Home: reset,
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
});

const point = event => {
  const view = views[current];
  const field = map.dataset.field.split(" ").map(Number);
  const [x, y] = inside(map, event);
  const slack = 12;
  if (x < field[0] - slack || x > field[2] + slack || y < field[1] - slack || y > field[3] + slack) return select(null);
  const column = nearest(view.us, (x - field[0]) / (field[2] - field[0]));
  if (view.kind !== "plane") return select(column);
  select(nearest(view.vs, (field[3] - y) / (field[3] - field[1])) * view.us.length + column);
};
map.addEventListener("pointerdown", point);
map.addEventListener("pointermove", point);
map.addEventListener("pointerleave", event => { if (event.pointerType === "mouse") select(null); });
map.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const view = views[current];
  const width = view.us.length;
  const plane = view.kind === "plane";
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  if (plane) Object.assign(moves, { ArrowUp: [0, 1], ArrowDown: [0, -1] });
  if (event.key === "Escape") return select(null);
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  const height = plane ? view.vs.length : 1;
  // From the middle, or from where the reader is.
  const from = view.node ?? (height >> 1) * width + (width >> 1);
  const by = view.node === null ? [0, 0] : move;
  select(clamp(Math.floor(from / width) + by[1], 0, height - 1) * width + clamp(from % width + by[0], 0, width - 1));
});

element("linear").addEventListener("click", () => setScale(false));
element("log").addEventListener("click", () => setScale(true));
element("step").addEventListener("input", event => {
  pause();
  goTo(Number(event.target.value));
});
element("play").addEventListener("click", () => {
  if (!playing) return play();
  pause();
  say(stepRows(views[current]));
});

document.querySelectorAll("[role=tab]").forEach((tab, index, tabs) => {
  tab.addEventListener("click", () => show(index));
  tab.addEventListener("keydown", event => {
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + tabs.length) % tabs.length;
    tabs[next].focus();
    show(next);
  });
});

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
const paint = () => {
  element("theme").setAttribute("aria-pressed", String(isDark()));
  readColours();
  draw();
};
element("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; paint(); });
dark.addEventListener("change", paint);
new ResizeObserver(draw).observe(element("pictures"));
addEventListener("resize", paint);

readColours();
paint();
show(0);
})();
