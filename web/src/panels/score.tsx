// Scores of a dropped file.

import { Chart, type Range } from '../chart';
import { ask } from '../rust';
import { attempt, Complaint, Panel, Table } from '../ui';
import { chosen, opened, TableInput } from './table';

interface Group {
  name: string;
  rows: number;
  models: { model: string; scores: { measure: string; value: string; skill: string | null }[] }[];
}
interface Plot {
  kind: 'residuals' | 'reliability';
  points: number;
  every: number;
  bars: number;
  bins: number;
  low: number;
  high: number;
  beyond: number;
}
interface Report {
  file: string;
  rows: number;
  missing: number;
  zero_weight: number;
  task: string;
  truth: string;
  measures: { spec: string; title: string; unit: string }[];
  all: Group;
  comparisons: { first: string; second: string; measure: string; difference: string | null; error: string | null; interval: [string, string] | null; told: boolean; verdict: string }[];
  segments: Group[];
  worst: { model: string; measure: string; rows: { row: number; line: number; truth: string; prediction: string; loss: string; share: string | null }[] }[];
  plot: Plot | null;
}

export function Score() {
  const file = opened.value;
  const { truth, predictions, loss, ...rest } = chosen.value;
  const ready = file && truth && predictions.length > 0;
  const { found, refused } = ready ? attempt(() => ask<Report>('score', { truth, predictions, ...rest, losses: loss ? [loss] : [], worst: 5 })) : {};
  return (
    <Panel title="Score a file" lead="Drop a file of predictions to see how good they are, which segments and rows hurt, and how the errors lie. It is read and scored in this page; nothing is sent anywhere."
      notice="skill compares with the best constant: 1 is perfect, 0 is no better than always predicting the mean (for absolute error the median). A few rows often carry much of a squared loss. Residuals without structure lie evenly around 0.">
      <TableInput />
      <Complaint text={refused} />
      {found && (
        <>
          <h2>Scores</h2>
          <p>{found.task}: {found.rows.toLocaleString('en')} rows scored{found.missing > 0 ? `, ${found.missing.toLocaleString('en')} left out with a missing value` : ', none with a missing value'}{found.zero_weight > 0 && `, ${found.zero_weight.toLocaleString('en')} with weight 0`}</p>
          <Table label="Scores" head={['model', 'loss', 'value', 'unit', 'skill']}>
            {found.all.models.flatMap((model) => model.scores.map((score, index) => (
              <tr key={model.model + score.measure}>
                <th scope="row" class={index ? 'again' : ''}>{model.model}</th>
                <td class="number">{score.measure}</td>
                <td class="number">{score.value}</td>
                <td class="number quiet">{found.measures[index].unit}</td>
                <td class="number">{score.skill ?? ''}</td>
              </tr>
            )))}
          </Table>
          {found.comparisons.length > 0 && (
            <>
              <h2>Models compared row by row</h2>
              <Table label="Comparisons" head={['first − second', 'loss', 'difference', 'standard error', '95 % interval', ['verdict']]}>
                {found.comparisons.map((pair) => (
                  <tr key={pair.first + pair.second + pair.measure}>
                    <th scope="row">{pair.first} − {pair.second}</th>
                    <td class="number">{pair.measure}</td>
                    <td class="number">{pair.difference ?? '–'}</td>
                    <td class="number">{pair.error ?? '–'}</td>
                    <td class="number">{pair.interval?.join(' to ') ?? '–'}</td>
                    <td class={pair.told ? 'prose good' : 'prose'}>{pair.verdict}</td>
                  </tr>
                ))}
              </Table>
            </>
          )}
          {found.plot && <ErrorPlot plot={found.plot} numbers={found.numbers} truth={found.truth} model={found.all.models[0].model} />}
          {found.segments.length > 0 && (
            <>
              <h2>Segments by {chosen.value.by}</h2>
              <Table label="Segments" head={['segment', 'rows', ...found.segments[0].models.flatMap((model) => model.scores.map((score) => (found.segments[0].models.length > 1 ? `${score.measure} of ${model.model}` : score.measure)))]}>
                {found.segments.map((group) => (
                  <tr key={group.name}>
                    <th scope="row">{group.name || '(missing)'}</th>
                    <td class="number">{group.rows.toLocaleString('en')}</td>
                    {group.models.flatMap((model) => model.scores.map((score) => <td class="number" key={model.model + score.measure}>{score.value}</td>))}
                  </tr>
                ))}
              </Table>
            </>
          )}
          {found.worst.map((list) => (
            <div key={list.model}>
              <h2>Rows that lose most: {list.measure} of {list.model}</h2>
              <Table label={`Worst rows of ${list.model}`} head={['row', 'line of the file', found.truth, 'prediction', 'loss', 'share of all']}>
                {list.rows.map((row) => (
                  <tr key={row.row}>
                    <th scope="row">{row.row}</th>
                    <td class="number quiet">{row.line}</td>
                    <td class="number">{row.truth}</td>
                    <td class="number">{row.prediction}</td>
                    <td class="number">{row.loss}</td>
                    <td class="number">{row.share ?? ''}</td>
                  </tr>
                ))}
              </Table>
            </div>
          ))}
        </>
      )}
    </Panel>
  );
}

function around(values: Float64Array): Range {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const room = (high - low || Math.abs(high) || 1) * 0.04;
  return [low - room, high + room];
}

function ErrorPlot({ plot, numbers, truth, model }: { plot: Plot; numbers: Float64Array; truth: string; model: string }) {
  if (plot.kind === 'reliability') {
    const bins = Array.from({ length: plot.bins }, (_, bin) => numbers.subarray(3 * bin, 3 * bin + 3));
    return (
      <>
        <h2>Do probabilities hold what they say? {model}</h2>
        <Chart label="Reliability: share of events over the predicted probability" x={[0, 1]} y={[0, 1]} xTitle="predicted probability, mean of a bin" yTitle={`share of ${truth} = 1`} height={340}>
          {(scales) => (
            <>
              <path class="axis dash" d={scales.path([0, 1], [0, 1])} />
              <path class="line l0 thin" d={scales.path(bins.map((bin) => bin[0]), bins.map((bin) => bin[1]))} />
              {bins.map((bin, index) => <circle key={index} class="f0 rim" cx={scales.x(bin[0])} cy={scales.y(bin[1])} r={3 + 5 * Math.sqrt(bin[2] / Math.max(...bins.map((other) => other[2])))} />)}
            </>
          )}
        </Chart>
        <p class="quiet">A calibrated model lies on the dashed line. The larger a point, the more rows its bin has.</p>
      </>
    );
  }
  const [x, y, bars] = [numbers.subarray(0, plot.points), numbers.subarray(plot.points, 2 * plot.points), numbers.subarray(2 * plot.points)];
  const most = Math.max(1, ...bars);
  const width = (plot.high - plot.low) / plot.bars;
  return (
    <>
      <h2>Residuals of {model}</h2>
      <div class="two">
        <Chart label="Residuals over predictions" x={around(x)} y={around(y)} xTitle={`prediction ${model}`} yTitle={`${truth} − prediction`} height={320}>
          {(scales) => (
            <>
              <path class="residuals" d={Array.from(x, (value, index) => `M${scales.x(value).toFixed(1)} ${scales.y(y[index]).toFixed(1)}h0`).join('')} />
              <path class="axis" d={`M${scales.left} ${scales.y(0)}H${scales.right}`} />
            </>
          )}
        </Chart>
        <Chart label="Histogram of residuals" x={width > 0 ? [plot.low, plot.high] : [plot.low - 1, plot.low + 1]} y={[0, most * 1.08]} xTitle={`${truth} − prediction`} yTitle="rows" height={320}>
          {(scales) => <>{width > 0 && Array.from(bars, (count, index) => <rect key={index} class="bars f0 l0" x={scales.x(plot.low + index * width)} y={scales.y(count)} width={Math.max(1, scales.x(plot.low + width) - scales.x(plot.low))} height={scales.bottom - scales.y(count)} />)}</>}
        </Chart>
      </div>
      <p class="quiet">{plot.every > 1 ? `Every ${plot.every}th row is drawn. ` : ''}The histogram spans the middle 98 % of all residuals; {plot.beyond.toLocaleString('en')} rows lie beyond it.</p>
    </>
  );
}
