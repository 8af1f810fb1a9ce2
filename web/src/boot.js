// Unpacks what the page holds as text: its style, its script, and the Rust side, which the script finds under `dartboard`.
// @ts-check
import { letters, unlzma } from './unpack.js';

const packed = /** @type {HTMLElement} */ (document.getElementById('packed'));
const bytes = unlzma(letters(packed.textContent ?? ''), Number(packed.dataset.length));
const [style, script] = [Number(packed.dataset.style), Number(packed.dataset.script)];
const text = (/** @type {number} */ from, /** @type {number} */ length) => new TextDecoder().decode(bytes.subarray(from, from + length));
const sheet = document.createElement('style');
sheet.textContent = text(0, style);
const app = document.createElement('script');
app.type = 'module';
app.textContent = text(style, script);
Object.assign(globalThis, { dartboard: bytes.subarray(style + script) });
document.head.append(sheet, app);
