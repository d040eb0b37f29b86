import { LANE, sequence } from './kinesis.ts';
import type { MemoryPaneStore } from './memory-pane-store.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { isWithoutRecords, readPaneItem } from '../../lib/store/pane-item.ts';
import { minutes, MINUTE, pipeline, T0 } from './pipeline.ts';

/** An event of a test's lane: half-minutes after T0, the page, and how long it took; `bad` events fit no schema. */
export interface TestEvent {
  readonly half: number;
  readonly page: string;
  readonly ms: number;
  readonly bad: boolean;
}

export const contentOf = ({ half, page, ms, bad }: TestEvent): unknown =>
  bad ? { page: 7 } : { at: minutes(half / 2), page, user: 'ann', ms };

/** What the panes of one lane must hold, and which records must be set aside, computed record by record with plain sums. */
export function bruteForce(events: readonly TestEvent[]) {
  const panes: Record<string, { records: number; first: string; mark: string; n: number; sum: number }> = {};
  const aside: string[] = [];
  const homes: string[][] = [];
  let greatest = -Infinity;
  for (const [n, { half, page, ms, bad }] of events.entries()) {
    const mine: string[] = [];
    homes.push(mine);
    if (bad) {
      aside.push(`${sequence(n)} wrong-schema`);
      continue;
    }
    const time = T0 + (half * MINUTE) / 2;
    const watermark = greatest - MINUTE / 2;
    greatest = Math.max(greatest, time);
    const late: string[] = [];
    for (const [name, key, pane, lateness] of [
      ['views', page, MINUTE, 0],
      ['visits', `${page}|ann`, 5 * MINUTE, 2 * MINUTE],
    ] as const) {
      const start = time - (time % pane);
      if (start + pane + lateness <= watermark) {
        late.push(name);
        continue;
      }
      const id = `${name}|${key}|${start}|${LANE}`;
      mine.push(id);
      const known = (panes[id] ??= { records: 0, first: sequence(n), mark: '', n: 0, sum: 0 });
      known.records++;
      known.n++;
      known.sum += ms;
      known.mark = sequence(n);
    }
    if (late.length > 0) aside.push(`${sequence(n)} late ${late.join()}`);
  }
  return { panes, aside, homes, maxEventTime: greatest };
}

/** What the panes of a store in memory hold, in the same form. */
export function stored(store: MemoryPaneStore): ReturnType<typeof bruteForce>['panes'] {
  const panes: ReturnType<typeof bruteForce>['panes'] = {};
  for (const [id, item] of store.items) {
    const aggregate = pipeline.aggregates.find(({ name }) => id.startsWith(`${name}|`));
    if (aggregate === undefined || isWithoutRecords(item)) continue;
    const { accs, records, first, mark } = readPaneItem(aggregate, item);
    const results = resultsOf(aggregate, accs);
    const n = results.n as number;
    const sum =
      aggregate.name === 'views' ? Math.round((results.ms as number) * n) : (results.total as number);
    panes[id] = { records, first, mark, n, sum };
  }
  return panes;
}
