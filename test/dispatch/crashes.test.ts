import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { noticeId, type Notice } from '../../lib/dispatch/notice.ts';
import { handleNotify } from '../../lib/handle/notify.ts';
import type { Alert, Pipeline } from '../../lib/pipeline/pipeline.ts';
import type { Item } from '../../lib/store/pane-item.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import {
  MemoryAcknowledgementStore,
  MemoryGroupStore,
  MemoryHistoryStore,
  MemorySilenceStore,
} from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { busy, MINUTE, minutes, pipeline, slow, T0, views } from '../support/pipeline.ts';
import { changeRecord } from '../support/stream-records.ts';

const again: Alert = { ...slow, telling: { ...slow.telling, renotify: 3 * MINUTE } };
const late: Alert = { ...busy, telling: { ...busy.telling, groupWait: MINUTE, groupInterval: 2 * MINUTE } };
const only: Pipeline = { ...pipeline, aggregates: [views], alerts: [again, late] };

/** A minute's views of the pages, which are slow, many, or neither. */
const minute = fc.record({
  home: fc.constantFrom([], [10], [500, 500], [10, 10, 10, 10]),
  cart: fc.constantFrom([], [10], [500, 500], [500, 500, 500, 500]),
  /** Whether the functions are invoked now. */
  look: fc.boolean(),
});
type Minute = typeof minute extends fc.Arbitrary<infer Drawn> ? Drawn : never;

class CrashError extends Error {}

/** All changes of the alerts table, as its stream tells them: also of a write that was the last thing an invocation did. */
class Changes {
  readonly records: object[] = [];
  readonly #seen = new Map<string, Item>();

  /** @param items all of a store, after a write */
  add(items: ReadonlyMap<string, Item>): void {
    for (const [name, item] of items) {
      if (this.#seen.get(name) === item) continue;
      this.#seen.set(name, item);
      const key = { pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' };
      this.records.push(changeRecord(this.records.length, 'MODIFY', key, item));
    }
  }
}

/** What is published in the end, as JSON. @param crashes numbers of the steps that end an invocation */
async function told(list: readonly Minute[], crashes: ReadonlySet<number>): Promise<string[]> {
  const changes = new Changes();
  const [alerts, groups] = [new MemoryAlertStore(), new MemoryGroupStore()];
  const [panes, timers, history] = [new MemoryPaneReader(), new MemoryTimerStore(), new MemoryHistoryStore()];
  const [silences, acknowledgements] = [new MemorySilenceStore(), new MemoryAcknowledgementStore()];
  const published: string[] = [];
  let steps = 0;
  const invocation = { isDead: false };
  const step = (): void => {
    if (crashes.has(steps++)) invocation.isDead = true;
    if (invocation.isDead) throw new CrashError();
  };
  for (const part of [panes, timers, history, silences, acknowledgements]) part.hook = step;
  for (const store of [alerts, groups]) {
    store.hook = (what) => {
      if (what.startsWith('written')) changes.add(store.items);
      step();
    };
  }
  const hasDied = (): boolean => invocation.isDead;
  const untilDone = async (work: () => Promise<unknown>): Promise<void> => {
    do {
      invocation.isDead = false;
      await work().catch((error: unknown) => {
        if (!(error instanceof CrashError)) throw error;
      });
    } while (hasDied());
  };
  const dispatching = { groups, silences, acknowledgements, now: () => T0 };
  const shared = { pipeline: only, panes, alerts, timers, dispatching, concurrency: 1 };
  const judging = { ...shared, rollups: noRollups, derivations: noDerivations };
  const telling = {
    ...shared,
    history,
    quarantine: () => Promise.resolve(),
    mayGoOn: () => true,
    publish: (notice: Notice) => {
      step();
      published.push(JSON.stringify(notice));
      step();
      return Promise.resolve();
    },
  };
  let fresh: ReturnType<typeof viewsPane>[] = [];
  let read = 0;
  const look = async (watermark: number): Promise<void> => {
    panes.watermark = watermark;
    const names = fresh.map(({ key, start }) => ({ aggregate: 'views', key, start, lane: 'l' }));
    fresh = [];
    await untilDone(() => evaluate(judging, names));
    while (read < changes.records.length) {
      const batch = changes.records.slice(read, read + 3);
      await untilDone(() => handleNotify(telling, { Records: batch }));
      read += batch.length;
    }
  };
  for (const [n, { look: now, ...pages }] of list.entries()) {
    for (const [page, ms] of Object.entries(pages)) if (ms.length > 0) fresh.push(viewsPane(n, ms, page));
    panes.put(...fresh);
    if (now) await look(minutes(n + 1));
  }
  for (const end of [1, 10, 30]) await look(minutes(list.length + end));
  expect(new Set(published.map(idOf)).size, 'ids with two contents').toBe(new Set(published).size);
  return [...new Set(published)].sort();
}

function idOf(body: string): string {
  return noticeId(JSON.parse(body) as Notice);
}

describe('evaluate and notify, ended anywhere and done again', () => {
  it('tell people the same as if nothing had happened to them', async () => {
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(minute, { minLength: 3, maxLength: 20 }),
        fc.uniqueArray(fc.nat(300), { minLength: 1, maxLength: 12 }),
        async (list, crashes) => {
          const expected = await told(list, new Set());

          expect(await told(list, new Set(crashes))).toEqual(expected);
          for (const body of expected) kinds.add((JSON.parse(body) as Notice).kind);
        },
      ),
      { numRuns: 100 },
    );
    expect([...kinds].sort()).toEqual(['firing', 'renotified', 'resolved']);
  });
});
