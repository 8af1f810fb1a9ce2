// The quick reference: all losses in a table that is searched, each opening its page.

import { useEffect, useMemo } from 'preact/hooks';
import { know } from '../rust';
import { attempt, Complaint, Formula, Panel, useState_ } from '../ui';

interface Line {
  name: string;
  title: string;
  formula: string;
  target: string;
  takes: string;
  elicits: string;
  convex: string;
  smooth: string;
  words: string;
}
interface Page {
  spec: string;
  title: string;
  html: string;
}

export function Reference() {
  const state = useState_('reference', { find: '', loss: '' });
  const lines = useMemo(() => know<{ lines: Line[] }>('reference').lines, []);
  const words = state.find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = lines.filter((line) => words.every((word) => line.words.toLowerCase().includes(word)));
  if (state.loss.value) return <Opened spec={state.loss.value} back={() => (state.loss.value = '')} />;
  return (
    <Panel title="Quick reference" lead="Every loss with its formula, what it takes and what it is smallest at. Search by any name or word, also those of other libraries. The list prints well."
      notice="losses of the same target differ in what they elicit. Two losses that elicit the same thing agree on the best prediction and differ only in how many rows they need and how they treat outliers.">
      <div class="find">
        <label for="find">Find a loss</label> <input id="find" type="search" autocomplete="off" spellcheck={false} placeholder="a name or a word" value={state.find.value} onInput={(event) => (state.find.value = event.currentTarget.value)} />
        <output for="find" aria-live="polite">{shown.length} of {lines.length}</output>
        <button type="button" onClick={() => print()}>Print</button>
      </div>
      <div class="scroll" tabindex={0} role="region" aria-label="All losses">
        <table class="index">
          <thead><tr>{['name', 'loss of a row', 'target', 'prediction', 'elicits', 'convex', 'smooth'].map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
          <tbody>
            {shown.map((line) => (
              <tr key={line.name}>
                <th scope="row"><a href={`#/reference?loss=${line.name}`} onClick={(event) => { event.preventDefault(); state.loss.value = line.name; scrollTo(0, 0); }}><code>{line.name}</code></a><br /><span class="quiet">{line.title}</span></th>
                <td><Formula math={line.formula} /></td>
                <td>{line.target}</td>
                <td>{line.takes}</td>
                <td>{line.elicits}</td>
                <td>{line.convex}</td>
                <td>{line.smooth}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Opened({ spec, back }: { spec: string; back: () => void }) {
  const { found, refused } = attempt(() => know<Page>('page', { loss: spec }));
  useEffect(() => {
    document.querySelector<HTMLElement>('.page h1')?.setAttribute('id', 'title');
  });
  return (
    <div>
      <div class="buttons"><button type="button" onClick={back}>All losses</button></div>
      <Complaint text={refused} />
      {found && <div class="page" dangerouslySetInnerHTML={{ __html: found.html }} />}
    </div>
  );
}
