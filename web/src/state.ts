// The state of a panel lives in the address: a link to the page is a link to what is seen.

import { effect, signal, type Signal } from './signal';

export type Plain = string | number | boolean | number[];
type State<T> = { [K in keyof T]: Signal<T[K]> };

/** Names of panels, in the order in which they are shown. */
export const route = signal(read().panel);
/** Changes when another address was entered, so that panels read it anew. */
export const visit = signal(0);

function read(): { panel: string; fields: URLSearchParams } {
  // `dartboard explore` may name the panel to start with.
  const [panel, fields] = (location.hash || document.getElementById('page')!.dataset.panel || '').replace(/^#\/?/, '').split('?');
  return { panel, fields: new URLSearchParams(fields ?? '') };
}

let written = location.hash;

addEventListener('hashchange', () => {
  if (location.hash === written) return;
  written = location.hash;
  route.value = read().panel;
  visit.value++;
});

/** Goes to a panel, with fields if there are any. */
export function go(panel: string, fields: Record<string, string> = {}): void {
  const query = new URLSearchParams(fields).toString();
  location.hash = query ? `/${panel}?${query}` : `/${panel}`;
}

function parsed<T extends Plain>(text: string, like: T): T {
  if (typeof like === 'number') return (Number.isFinite(Number(text)) && text.trim() !== '' ? Number(text) : like) as T;
  if (typeof like === 'boolean') return (text === '1') as T;
  if (typeof like === 'string') return text as T;
  const numbers = text === '' ? [] : text.split(',').map(Number);
  return (numbers.every(Number.isFinite) ? numbers : like) as T;
}

function printed(value: Plain): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return short(value);
  return Array.isArray(value) ? value.map(short).join(',') : value;
}

const short = (value: number) => String(Number(value.toPrecision(6)));

/** Signals that start from the address and are written to it. What is as by default is left out. */
export function panelState<T extends Record<string, Plain>>(panel: string, defaults: T): { state: State<T>; stop: () => void } {
  const { panel: here, fields } = read();
  const state = {} as State<T>;
  for (const name in defaults) {
    const text = here === panel ? fields.get(name) : null;
    state[name] = signal(text === null ? defaults[name] : parsed(text, defaults[name]));
  }
  let timer = 0;
  const stop = effect(() => {
    const changed = new URLSearchParams();
    for (const name in defaults) {
      const text = printed(state[name].value);
      if (text !== printed(defaults[name])) changed.set(name, text);
    }
    const hash = `#/${panel}${changed.size ? `?${changed}` : ''}`;
    clearTimeout(timer);
    // Browsers refuse many changes of the address in a short time.
    timer = window.setTimeout(() => {
      if (read().panel !== panel || hash === location.hash) return;
      written = hash;
      history.replaceState(null, '', hash);
    }, 150);
  });
  return { state, stop };
}
