// Which loss: by questions, or by the evidence of a file.

import { ask, know } from '../rust';
import { attempt, Complaint, Formula, Panel, Select, Table, useState_ } from '../ui';
import { chosen, opened, TableInput } from './table';

interface Line {
  name: string;
  title: string;
  formula: string;
  summary: string;
  when: string | null;
  whenNot: string | null;
  [field: string]: string | null;
}
interface Path {
  questions: { field: string; question: string; why: string }[];
  lines: Line[];
}
interface Advice {
  target: string;
  question: string | null;
  task: { task: string; reason: string };
  goal: { goal: string; meaning: string };
  losses: { spec: string; elicits: string; serves_goal: boolean; efficiency: string | null; convex: boolean; train: string | null; why: string }[];
  evidence: { noise: string; bic: string; tie: boolean; loss: string | null }[];
  constants: { name: string; value: string; unit: string; how: string }[];
  calibration: { name: string; value: string; interval: [string, string] | null; ideal: string; off: boolean }[];
  warnings: { text: string }[];
  would_change: string[];
  missing: string[];
}

export function Choose() {
  const state = useState_('choose', { path: '', goal: '' });
  const { questions, lines } = know<Path>('path');
  const answers = state.path.value ? state.path.value.split('|') : [];
  let left = lines;
  const asked = questions.map(({ field, question, why }, index) => {
    const options = [...new Set(left.map((line) => line[field] ?? ''))];
    const given = answers[index];
    const here = { question, why, options, given, count: left.length };
    if (given !== undefined && given !== '*') left = left.filter((line) => (line[field] ?? '') === given);
    return here;
  });
  const answer = (index: number, text: string) => (state.path.value = [...answers.slice(0, index), text].join('|'));
  const next = asked.findIndex((step, index) => index >= answers.length && step.options.length > 1);
  const shown = asked.filter((_, index) => index < answers.length || index === next);
  return (
    <Panel title="Choose a loss" lead="What the target is and what a prediction is for decide first; only then how errors are distributed. Answer the questions, or drop a file below and let the data say what they can."
      notice="the smallest loss value never decides: losses have different units, and the smallest belongs to whichever has the smallest unit. And no data can say whether you want a mean or a median.">
      <ol class="steps">
        {shown.map((step) => {
          const index = asked.indexOf(step);
          return (
            <li key={index}>
              <fieldset class="choice">
                <legend>{step.question}</legend>
                {step.options.map((option) => (
                  <label key={option}>
                    <input type="radio" name={`step${index}`} checked={step.given === option} onChange={() => answer(index, option)} />
                    <span>{option || 'no law of noise'}</span>
                  </label>
                ))}
                {index > 0 && (
                  <label>
                    <input type="radio" name={`step${index}`} checked={step.given === '*'} onChange={() => answer(index, '*')} />
                    <span>any</span>
                  </label>
                )}
              </fieldset>
              <p class="quiet">{step.why}</p>
            </li>
          );
        })}
      </ol>
      <div class="buttons">{answers.length > 0 && <button type="button" onClick={() => (state.path.value = answers.slice(0, -1).join('|'))}>One answer back</button>}</div>
      <h2>{left.length} {left.length === 1 ? 'loss fits' : 'losses fit'}</h2>
      {left.length <= 12 ? (
        <div class="found">
          {left.map((line) => (
            <article class="card" key={line.name}>
              <h3><a href={`#/reference?loss=${line.name}`}>{line.name}</a> <span class="quiet">{line.title}</span></h3>
              <div class="scroll" tabindex={0} role="region" aria-label={`formula of ${line.name}`}><Formula math={line.formula} /></div>
              <p>{line.summary}</p>
              {line.when && <p><strong>Use it</strong> {line.when}</p>}
              {line.whenNot && <p><strong>Not</strong> {line.whenNot}</p>}
            </article>
          ))}
        </div>
      ) : <p class="quiet">{left.map((line) => line.name).join(', ')}</p>}
      <h2>From a file</h2>
      <TableInput forAdvice />
      <Advised goal={state.goal.value} setGoal={(goal) => (state.goal.value = goal)} />
    </Panel>
  );
}

const GOALS: [string, string][] = [['', 'the usual one of the task'], ['mean', 'the mean'], ['median', 'the median'], ['quantile=0.9', 'a high quantile, 0.9'], ['probability', 'a probability'], ['class', 'a decision']];

function Advised({ goal, setGoal }: { goal: string; setGoal: (goal: string) => void }) {
  const { truth, predictions, kind, weight } = chosen.value;
  if (!opened.value || !truth) return null;
  const { found, refused } = attempt(() => ask<Advice>('advise', { truth, predictions: predictions.slice(0, 1), kind, weight, goal }));
  return (
    <>
      <Select label="a prediction is for" value={goal} options={GOALS} onPick={setGoal} />
      <Complaint text={refused} />
      {found && (
        <>
          <p><strong>Task</strong> {found.target} is {found.task.task}: {found.task.reason}</p>
          {found.question && <p>{found.question}</p>}
          <p><strong>Goal</strong> {found.goal.goal}: {found.goal.meaning}</p>
          <h3>Losses, best first</h3>
          <Table label="Advised losses" head={['loss', ['elicits'], ['serves the goal'], 'precision', ['convex'], ['to train']]}>
            {found.losses.map((loss) => (
              <tr key={loss.spec}>
                <th scope="row"><a href={`#/reference?loss=${encodeURIComponent(loss.spec)}`}>{loss.spec}</a></th>
                <td class="prose">{loss.elicits}</td>
                <td class={loss.serves_goal ? 'good' : ''}>{loss.serves_goal ? 'yes' : 'no'}</td>
                <td class="number">{loss.efficiency ?? ''}</td>
                <td>{loss.convex ? 'yes' : 'no'}</td>
                <td>{loss.train ?? ''}</td>
              </tr>
            ))}
          </Table>
          <ul>{found.losses.map((loss) => <li key={loss.spec}>{loss.spec}: {loss.why}</li>)}</ul>
          {found.evidence.length > 0 && (
            <>
              <h3>Which law the errors follow</h3>
              <Table label="Evidence" head={['noise', 'BIC above the best', ['tied'], 'its loss']}>
                {found.evidence.map((law, index) => (
                  <tr key={law.noise}><th scope="row">{law.noise}</th><td class="number">{index ? law.bic : 'best'}</td><td>{law.tie && index ? 'tie' : ''}</td><td class="number">{law.loss ?? ''}</td></tr>
                ))}
              </Table>
            </>
          )}
          {found.calibration.length > 0 && (
            <>
              <h3>Calibration</h3>
              <Table label="Calibration" head={['measure', 'value', '95 % interval', 'ideal']}>
                {found.calibration.map((line) => (
                  <tr key={line.name}><th scope="row">{line.name}</th><td class={`number ${line.off ? 'bad' : ''}`}>{line.value}</td><td class="number">{line.interval?.join(' to ') ?? ''}</td><td class="number">{line.ideal}</td></tr>
                ))}
              </Table>
            </>
          )}
          {found.constants.length > 0 && (
            <>
              <h3>Constants</h3>
              <Table label="Constants" head={['name', 'value', 'unit', ['from']]}>
                {found.constants.map((constant) => <tr key={constant.name}><th scope="row">{constant.name}</th><td class="number">{constant.value}</td><td class="number quiet">{constant.unit}</td><td class="prose">{constant.how}</td></tr>)}
              </Table>
            </>
          )}
          {([['Look at this', found.warnings.map((warning) => warning.text)], ['What is missing', found.missing], ['What would change this', found.would_change]] as const).map(([title, texts]) => texts.length > 0 && (
            <div key={title}><h3>{title}</h3><ul>{texts.map((text) => <li key={text}>{text}</li>)}</ul></div>
          ))}
        </>
      )}
    </>
  );
}
