import { render, type ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import './generated/palette.css';
import './style.css';
import { start } from './rust';
import { effect } from './signal';
import { route, visit } from './state';
import { Darts } from './panels/darts';
import { Prediction } from './panels/prediction';
import { WhySquared } from './panels/why';
import { Outlier } from './panels/outlier';
import { Spam } from './panels/spam';
import { Digits } from './panels/digits';
import { Landscape } from './panels/landscape';
import { Choose } from './panels/choose';
import { Score } from './panels/score';
import { Reference } from './panels/reference';

const PANELS: [id: string, name: string, panel: ComponentType][] = [
  ['darts', 'Darts', Darts],
  ['prediction', 'One prediction', Prediction],
  ['why', 'Why squared, why the logarithm', WhySquared],
  ['outlier', 'Outlier', Outlier],
  ['spam', 'Spam', Spam],
  ['digits', 'Digits', Digits],
  ['landscape', 'Landscape', Landscape],
  ['choose', 'Choose', Choose],
  ['score', 'Score a file', Score],
  ['reference', 'Quick reference', Reference],
];

let first = true;

function Page() {
  const [id, name, Current] = PANELS.find(([id]) => id === route.value) ?? PANELS[0];
  useEffect(() => {
    document.title = `${name} · Dartboard`;
    // Who goes to another panel by keyboard or ear is taken to its heading.
    if (!first) document.getElementById('title')?.focus({ preventScroll: true });
    if (!first) scrollTo(0, 0);
    document.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    first = false;
  }, [id, visit.value]);
  return (
    <>
      <a class="skip" href="#title" onClick={(event) => { event.preventDefault(); document.getElementById('title')?.focus(); }}>To the panel</a>
      <header class="top">
        <p class="brand">Dartboard</p>
        <nav aria-label="Panels">
          {PANELS.map(([other, name]) => <a key={other} href={`#/${other}`} aria-current={other === id ? 'page' : undefined}>{name}</a>)}
        </nav>
      </header>
      <main key={`${id} ${visit.value}`}><Current /></main>
      <footer><p>Everything is computed in this page, by the Rust code of the command line. Nothing leaves it.</p></footer>
    </>
  );
}

start().then(
  () => effect(() => render(<Page />, document.getElementById('page')!)),
  (error) => {
    const text = document.createElement('p');
    text.textContent = `This browser cannot run the page: ${error instanceof Error ? error.message : error}`;
    document.getElementById('page')!.append(text);
  },
);
