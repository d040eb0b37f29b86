import { resultsOf } from '../../lib/fold/pane.ts';
import { count, definePipeline, max, sliding, source, sum, tumbling } from '../../lib/index.ts';
import type { Aggregate } from '../../lib/pipeline/pipeline.ts';
import { MINUTE, view } from './pipeline.ts';

const views = source(view, { eventTime: (event) => event.at });
const perPage = views.aggregate({
  key: { page: (event) => event.page },
  pane: '1m',
  allowedLateness: '2m',
  measures: { n: count(), total: sum((event) => event.ms) },
});
/** Overlapping windows in one key. */
const busiest = perPage.windows(sliding('4m', '2m')).aggregate({
  key: {},
  pane: '4m',
  measures: { pages: count(), most: max((window) => window.measures.n) },
});
/** A key that changes with what the window holds, and windows that are refused: by the key's function, and by a measure. */
const byLoad = perPage.windows(tumbling('2m')).aggregate({
  key: { load: ({ measures }) => (measures.n > 6 ? NaN : measures.n > 2 ? 'high' : 'low') },
  pane: '4m',
  measures: {
    windows: count(),
    total: sum(({ key, measures }) => {
      if (key.page === 'odd' && measures.n === 2) throw new RangeError('two of an odd page');
      return measures.total;
    }),
  },
});
/** Windows of windows. */
const peak = busiest.windows(tumbling('8m')).aggregate({
  key: {},
  pane: '8m',
  measures: { windows: count(), most: max((window) => window.measures.most) },
});

/** One aggregate of a source, three derived from it, one of them over another; named before what they are derived from. */
export const derivedPipeline = definePipeline({
  maxOutOfOrderness: '1m',
  aggregates: { peak, busiest, byLoad, perPage },
  alerts: {
    crowded: { on: 'busiest', over: tumbling('4m'), when: (window) => window.most >= 3 },
    calm: { on: 'peak', over: sliding('16m', '8m'), when: (window) => window.most < 3 },
  },
});

/** A window in plain numbers: one of an aggregate's panes, or several. */
export interface PlainPane {
  readonly aggregate: string;
  readonly key: string;
  readonly start: number;
  readonly results: Readonly<Record<string, number | null>>;
}

/** A pane as {@link bruteDerived} has it. */
export function plainPane(
  aggregate: Aggregate,
  key: string,
  start: number,
  accs: readonly unknown[],
): PlainPane {
  return {
    aggregate: aggregate.name,
    key,
    start,
    results: resultsOf(aggregate, accs) as PlainPane['results'],
  };
}

interface PlainWindow {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly of: readonly PlainPane[];
}

/** Panes of all the derived aggregates, and the windows that are refused, in plain arithmetic over the panes of `perPage`. */
export function bruteDerived(panes: readonly PlainPane[]): {
  readonly panes: readonly PlainPane[];
  readonly refused: readonly string[];
} {
  const derived = new Map<
    string,
    { name: string; key: string; start: number; of: Record<string, number>[] }
  >();
  const refused: string[] = [];
  const put = (name: string, pane: number, key: string, end: number, of: Record<string, number>): void => {
    const start = Math.floor((end - 1) / (pane * MINUTE)) * pane * MINUTE;
    const id = `${name}|${key}|${start}`;
    const there = derived.get(id) ?? { name, key, start, of: [] };
    derived.set(id, { ...there, of: [...there.of, of] });
  };
  for (const { end, of } of windowsOf(panes, 4, 2)) put('busiest', 4, '', end, { most: total(of, 'n') });
  for (const { key, start, end, of } of windowsOf(panes, 2, 2)) {
    const n = total(of, 'n');
    if (n > 6 || (n === 2 && key === 'odd')) refused.push(`${key} ${start}`);
    else put('byLoad', 4, n > 2 ? 'high' : 'low', end, { total: total(of, 'total') });
  }
  const made = (): PlainPane[] =>
    [...derived.values()].map(({ name, key, start, of }) => ({
      aggregate: name,
      key,
      start,
      results:
        name === 'busiest'
          ? { pages: of.length, most: greatest(of, 'most') }
          : name === 'byLoad'
            ? { windows: of.length, total: of.reduce((sum, one) => sum + (one.total ?? 0), 0) }
            : { windows: of.length, most: greatest(of, 'most') },
    }));
  const busiestPanes = made().filter(({ aggregate }) => aggregate === 'busiest');
  for (const { end, of } of windowsOf(busiestPanes, 8, 8))
    put('peak', 8, '', end, { most: Math.max(...of.map(({ results }) => results.most ?? NaN)) });
  return { panes: made(), refused: refused.sort() };
}

/** Lengths in minutes. */
function windowsOf(panes: readonly PlainPane[], size: number, slide: number): PlainWindow[] {
  const windows = new Map<string, { key: string; start: number; end: number; of: PlainPane[] }>();
  for (const pane of panes) {
    const step = slide * MINUTE;
    for (
      let start = Math.floor(pane.start / step) * step;
      start > pane.start - size * MINUTE;
      start -= step
    ) {
      const id = `${pane.key}|${start}`;
      const there = windows.get(id) ?? { key: pane.key, start, end: start + size * MINUTE, of: [] };
      there.of.push(pane);
      windows.set(id, there);
    }
  }
  return [...windows.values()];
}

function total(panes: readonly PlainPane[], measure: string): number {
  return panes.reduce((sum, { results }) => sum + (results[measure] ?? 0), 0);
}

function greatest(values: readonly Record<string, number>[], name: string): number {
  return Math.max(...values.map((one) => one[name] ?? NaN));
}

/** Panes in the order of their names, to be compared. */
export function inOrder(panes: readonly PlainPane[]): PlainPane[] {
  const nameOf = ({ aggregate, key, start }: PlainPane): string => `${aggregate}|${key}|${start}`;
  return [...panes].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
