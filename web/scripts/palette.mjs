// Writes the colours of the figures as CSS, so that page and command line have one palette.
import { writeFileSync } from 'node:fs';
import { load } from './losses.mjs';

const [wasm, out] = process.argv.slice(2);
const { light, dark, plot, plot_dark } = (await load(wasm)).ask('style');
const variables = ({ slots, ...colours }) =>
  `${Object.entries(colours).map(([name, colour]) => `--${name}:${colour}`).join(';')};${slots.map((slot, index) => `--s${index}:${slot}`).join(';')}`;
writeFileSync(out, `:root{${variables(light)}}\n${plot}@media screen and (prefers-color-scheme:dark){:root{${variables(dark)}}\n${plot_dark}}\n`);
