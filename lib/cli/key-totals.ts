import Table from 'cli-table3';
import { keyRecord } from '../fold/key.ts';
import { mergeAccs, resultsOf } from '../fold/pane.ts';
import { sessionMeasure } from '../measures/fragments.ts';
import { shownMeasures, type Aggregate, type Pipeline } from '../pipeline/pipeline.ts';
import { showResult } from './show.ts';

const MOST_ROWS = 10;

interface Total {
  readonly accs: unknown[];
  /** Starts of the panes: lanes have a pane each, and it is one pane all the same. */
  readonly starts: Set<number>;
}

/** A pane of one key, of one lane or of all. Times in ms. */
export interface KeyPane {
  readonly aggregate: Aggregate;
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly accs: readonly unknown[];
}

interface Totals {
  /** The aggregate, with measures that merge all its sessions. */
  readonly whole: Aggregate;
  readonly byKey: Map<string, Total>;
  /** Start of the earliest pane and end of the latest, of whatever key: what a rate is over. */
  from: number;
  to: number;
}

/** Each key's measures over all its panes, and a table of the biggest keys for people. */
export class KeyTotals {
  readonly #totals: ReadonlyMap<Aggregate, Totals>;
  readonly #counted: (aggregate: Aggregate) => string;

  /** @param counted what it is given of an aggregate that has sessions */
  constructor(pipeline: Pipeline, counted: 'panes' | 'sessions' = 'panes') {
    this.#counted = ({ session }) => (session === undefined ? 'panes' : counted);
    this.#totals = new Map(
      pipeline.aggregates.map((aggregate) => [
        aggregate,
        { whole: wholeOf(aggregate), byKey: new Map(), from: Infinity, to: -Infinity },
      ]),
    );
  }

  add({ aggregate, key, start, end, accs }: KeyPane): void {
    const totals = this.#totals.get(aggregate);
    if (totals === undefined) return;
    let total = totals.byKey.get(key);
    if (total === undefined) {
      total = { accs: aggregate.measures.map(({ measure }) => measure.empty()), starts: new Set() };
      totals.byKey.set(key, total);
    }
    mergeAccs(totals.whole, total.accs, accs);
    total.starts.add(start);
    totals.from = Math.min(totals.from, start);
    totals.to = Math.max(totals.to, end);
  }

  /** A table per aggregate: its biggest keys by the first measure that is a number. */
  tables(): string {
    return [...this.#totals].map(([aggregate, totals]) => this.#tableOf(aggregate, totals)).join('');
  }

  #tableOf(aggregate: Aggregate, { whole, byKey, from, to }: Totals): string {
    const totals = [...byKey].map(([key, { accs, starts }]) => {
      return { key, panes: starts.size, results: resultsOf(whole, accs, to - from) };
    });
    const measures = shownMeasures(aggregate);
    const first = measures.find(({ name }) =>
      totals.some(({ results }) => typeof results[name] === 'number'),
    );
    const rows = totals.map((total) => ({ ...total, weight: weightOf(total.results[first?.name ?? '']) }));
    rows.sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
    const table = new Table({
      head: [...aggregate.dimensions, this.#counted(aggregate), ...measures.map(({ name }) => name)],
      style: { head: [], border: [] },
      colAligns: [
        ...aggregate.dimensions.map(() => 'left' as const),
        'right',
        ...measures.map(() => 'right' as const),
      ],
    });
    for (const { key, panes, results } of rows.slice(0, MOST_ROWS)) {
      table.push([
        ...Object.values(keyRecord(aggregate, key)),
        panes,
        ...Object.values(results).map((result) => showResult(result, '\n')),
      ]);
    }
    const more =
      rows.length > MOST_ROWS ? ` (${MOST_ROWS} of ${rows.length} keys, by ${first?.name ?? 'key'})` : '';
    return `\n${aggregate.name}${more}\n${table.toString()}\n`;
  }
}

// Without a pause that parts them, all sessions of a key are one run of events, however many they are.
function wholeOf(aggregate: Aggregate): Aggregate {
  const { session } = aggregate;
  if (session === undefined) return aggregate;
  return { ...aggregate, measures: [sessionMeasure({ ...session, gap: Infinity })] };
}

function weightOf(result: unknown): number {
  return typeof result === 'number' && !Number.isNaN(result) ? result : -Infinity;
}
