// Packs the page's script and the WebAssembly build into text that the page unpacks itself. See src/boot.js for the way back.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'vite';
import { LETTERS, letters, unlzma } from '../src/unpack.js';

const [wasm, page, out] = process.argv.slice(2);
const html = readFileSync(page, 'utf8');
const [whole, app] = html.match(/<script type="module"[^>]*>([^]*?)<\/script>/) ?? [];
const [sheet, css] = html.match(/<style[^>]*>([^]*?)<\/style>/) ?? [];
if (!app || !css) throw new Error('the page has no script or no style');
const [script, style] = [Buffer.from(app), Buffer.from(css)];
const code = readFileSync(wasm);
const bytes = Buffer.concat([style, script, code]);
const options = ['--format=raw', '--lzma1=preset=9e,lc=3,lp=0,pb=0,nice=273', '--stdout', '-'];
const packed = execFileSync('xz', options, { input: bytes, maxBuffer: 2 ** 26 });
const padded = Buffer.concat([packed, Buffer.alloc((6 - (packed.length % 6)) % 6)]);
let text = '';
for (let at = 0; at < padded.length; at += 6) {
  let block = padded.readUIntLE(at, 6);
  for (let index = 0; index < 7; index++) {
    text += LETTERS[block % LETTERS.length];
    block = Math.floor(block / LETTERS.length);
  }
}
if (!bytes.equals(unlzma(letters(text), bytes.length))) throw new Error('what was packed does not come back');

const { output } = await build({
  configFile: false,
  logLevel: 'warn',
  build: { write: false, target: 'es2022', rollupOptions: { input: 'src/boot.js', output: { format: 'iife' } } },
});
const element = `<script id="packed" type="text/plain" data-length="${bytes.length}" data-style="${style.length}" data-script="${script.length}">${text}</script>`;
const place = '</body>';
const rest = html.replace(whole, '').replace(sheet, '');
if (rest.split(place).length !== 2) throw new Error('the page has no end');
writeFileSync(out, rest.replace(place, () => `${element}\n<script>${output[0].code.trim()}</script>\n${place}`));
console.error(`style ${style.length} bytes, script ${script.length} bytes, WebAssembly ${code.length}; ${packed.length} compressed, ${text.length} as text`);
