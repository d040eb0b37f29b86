import Table from 'cli-table3';
import type { Series } from './corpus.ts';
import { heldOut } from './held-out.ts';
import { PROFILES, type Profile } from './protocol.ts';
import { normalise, optimise, tally, type Judged, type Tally } from './sweep.ts';

/** A contender's name and its scores of each series of the corpus. */
export interface Result {
  readonly name: string;
  readonly judged: readonly Judged[];
}

const [STANDARD] = PROFILES as [Profile, ...Profile[]];

/** One line per series and category: windows found and false positives, and the score, of each contender. */
export function seriesTable(corpus: readonly Series[], results: readonly Result[]): string {
  const table = newTable(['', ...results.flatMap(({ name }) => [name, 'found', 'false'])]);
  const tallies = results.map(({ judged }) => {
    const { threshold } = optimise(judged, STANDARD);
    return judged.map((series) => tally(series, threshold, STANDARD));
  });
  for (const category of new Set(corpus.map((series) => series.category))) {
    const indices = corpus.flatMap((series, index) => (series.category === category ? [index] : []));
    for (const index of indices) table.push([`  ${nameOf(corpus[index])}`, ...cellsOf(tallies, [index])]);
    table.push([category, ...cellsOf(tallies, indices)]);
  }
  return table.toString();
}

/** One line per contender: its scores under each profile, with a threshold of other categories, and with a given one. */
export function scoreTable(corpus: readonly Series[], results: readonly Result[], threshold: number): string {
  const table = newTable(['', ...PROFILES.map(({ name }) => name), 'held out', 'as flagged']);
  for (const { name, judged } of results) {
    const parts = judged.map((one, index) => ({ category: corpus[index]?.category ?? '', judged: one }));
    const flagged = judged.reduce((sum, one) => sum + tally(one, threshold, STANDARD).worth, 0);
    table.push([
      name,
      ...PROFILES.map((profile) => optimise(judged, profile).score.toFixed(1)),
      heldOut(parts, STANDARD).toFixed(1),
      name === 'weir' ? normalise(flagged, judged, STANDARD).toFixed(1) : '',
    ]);
  }
  return table.toString();
}

function cellsOf(tallies: readonly (readonly Tally[])[], indices: readonly number[]): string[] {
  return tallies.flatMap((all) => {
    const sum = (of: (tally: Tally) => number) =>
      indices.reduce((total, index) => total + (all[index] ? of(all[index]) : 0), 0);
    const windows = sum((one) => one.windows);
    // Without windows there is nothing to be perfect at: what is left is the cost of false positives.
    const worth = sum((one) => one.worth);
    const score = windows === 0 ? worth.toFixed(2) : ((50 * (worth + windows)) / windows).toFixed(1);
    return [score, `${sum((one) => one.found)}/${windows}`, String(sum((one) => one.falsePositives))];
  });
}

function nameOf(series: Series | undefined): string {
  return series?.name.split('/').at(-1)?.replace('.csv', '') ?? '';
}

function newTable(head: string[]): Table.Table {
  return new Table({
    head,
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    // Colours are for terminals, and a report is as often read in a log.
    style: { head: [], border: [] },
  });
}
