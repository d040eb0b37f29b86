import Table from 'cli-table3';
import { keyRecord } from '../fold/key.ts';
import { mergeAccs, resultsOf } from '../fold/pane.ts';
import type { Aggregate, Pipeline } from '../pipeline/pipeline.ts';
import { showResult } from './show.ts';

const MOST_ROWS = 10;

interface Total {
  readonly accs: unknown[];
  /** Starts of the panes: lanes have a pane each, and it is one pane all the same. */
  readonly starts: Set<number>;
}

/** A pane of one key, of one lane or of all. */
export interface KeyPane {
  readonly aggregate: Aggregate;
  readonly key: string;
  readonly start: number;
  readonly accs: readonly unknown[];
}

/** Each key's measures over all its panes, and a table of the biggest keys for people. */
export class KeyTotals {
  readonly #aggregates: readonly Aggregate[];
  readonly #totals: readonly Map<string, Total>[];

  constructor(pipeline: Pipeline) {
    this.#aggregates = pipeline.aggregates;
    this.#totals = pipeline.aggregates.map(() => new Map<string, Total>());
  }

  add({ aggregate, key, start, accs }: KeyPane): void {
    const totals = this.#totals[aggregate.index];
    let total = totals?.get(key);
    if (total === undefined) {
      total = { accs: aggregate.measures.map(({ measure }) => measure.empty()), starts: new Set() };
      totals?.set(key, total);
    }
    mergeAccs(aggregate, total.accs, accs);
    total.starts.add(start);
  }

  /** A table per aggregate: its biggest keys by the first measure. */
  tables(): string {
    return this.#aggregates.map((aggregate) => this.#tableOf(aggregate)).join('');
  }

  #tableOf(aggregate: Aggregate): string {
    const [first] = aggregate.measures;
    const rows = [...(this.#totals[aggregate.index] ?? [])].map(([key, { accs, starts }]) => {
      const results = resultsOf(aggregate, accs);
      const weight = Number(results[first?.name ?? '']);
      return { key, panes: starts.size, results, weight: Number.isNaN(weight) ? -Infinity : weight };
    });
    rows.sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
    const table = new Table({
      head: [...aggregate.dimensions, 'panes', ...aggregate.measures.map(({ name }) => name)],
      style: { head: [], border: [] },
      colAligns: [
        ...aggregate.dimensions.map(() => 'left' as const),
        'right',
        ...aggregate.measures.map(() => 'right' as const),
      ],
    });
    for (const { key, panes, results } of rows.slice(0, MOST_ROWS)) {
      table.push([
        ...Object.values(keyRecord(aggregate, key)),
        panes,
        ...Object.values(results).map(showResult),
      ]);
    }
    const more =
      rows.length > MOST_ROWS ? ` (${MOST_ROWS} of ${rows.length} keys, by ${first?.name ?? 'key'})` : '';
    return `\n${aggregate.name}${more}\n${table.toString()}\n`;
  }
}
