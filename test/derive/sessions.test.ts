import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { mergeAccs, resultsOf } from '../../lib/fold/pane.ts';
import { sessionsOf, type SessionAggregate } from '../../lib/fold/sessions.ts';
import { count, definePipeline, max, sessions, source, sum } from '../../lib/index.ts';
import type { FinalPane } from '../../lib/replay/output.ts';
import { Replay } from '../../lib/replay/replay.ts';
import type { StoredPane } from '../../lib/store/port.ts';
import { MemoryAlertStore, MemoryTimerStore } from '../support/memory-alerts.ts';
import { MemoryTable, type PaneChange } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { MINUTE, minutes, T0, view } from '../support/pipeline.ts';
import { visit, type Click } from '../support/sessions.ts';

const views = source(view, { eventTime: (event) => event.at });
const visits = views.aggregate({
  key: { user: (event) => event.user },
  pane: '5m',
  session: { gap: '4m', max: '13m' },
  allowedLateness: '3m',
  measures: { views: count() },
});
const byLength = visits.windows(sessions()).aggregate({
  key: { length: ({ measures }) => (measures.views > 2 ? 'long' : 'short') },
  pane: '10m',
  measures: {
    visits: count(),
    views: sum(({ measures }) => measures.views),
    longest: max(({ start, end }) => end - start),
  },
});
const pipeline = definePipeline({ maxOutOfOrderness: '1m', aggregates: { byLength, visits } });
const [derived, from] = pipeline.aggregates as unknown as [(typeof pipeline.aggregates)[0], SessionAggregate];

interface PlainPane {
  readonly key: string;
  readonly start: number;
  readonly visits: number;
  readonly views: number;
  readonly longest: number;
}

const plainPane = (key: string, start: number, accs: readonly unknown[]): PlainPane => ({
  key,
  start: (start - T0) / MINUTE,
  ...(resultsOf(derived, accs) as Omit<PlainPane, 'key' | 'start'>),
});
const inOrder = (panes: readonly PlainPane[]) =>
  [...panes].sort((a, b) => a.start - b.start || a.key.localeCompare(b.key));

/** Panes of `byLength`, in plain arithmetic over the sessions of what is stored. */
function bruteDerived(table: MemoryTable): PlainPane[] {
  const panes = new Map<string, PlainPane>();
  const stored = table.panes(from);
  for (const user of new Set(stored.map(({ key }) => key))) {
    const mine = stored.filter(({ key }) => key === user).sort((a, b) => a.start - b.start);
    for (const { start, end, accs } of sessionsOf(from, mine).sessions) {
      const n = Number(resultsOf(from, accs).views);
      const key = n > 2 ? 'long' : 'short';
      const place = Math.floor((end - 1 - T0) / (10 * MINUTE)) * 10;
      const {
        visits: before,
        views: sum,
        longest,
      } = panes.get(`${key} ${place}`) ?? {
        visits: 0,
        views: 0,
        longest: 0,
      };
      panes.set(`${key} ${place}`, {
        key,
        start: place,
        visits: before + 1,
        views: sum + n,
        longest: Math.max(longest, end - start),
      });
    }
  }
  return inOrder([...panes.values()]);
}

/** What happens: a lane gets views, or loses one pane as by a repair, or the watermark moves and somebody looks. */
type Happening =
  | { readonly kind: 'put'; readonly lane: string; readonly user: string; readonly minute: number }
  | { readonly kind: 'empty'; readonly lane: string; readonly user: string; readonly minute: number }
  | { readonly kind: 'look'; readonly by: number; readonly told: number; readonly again: boolean };

const place = {
  lane: fc.constantFrom('a', 'b'),
  user: fc.constantFrom('ann', 'bob'),
  minute: fc.integer({ min: 0, max: 40 }),
};
const history: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('put' as const), ...place }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('empty' as const), ...place }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('look' as const),
        by: fc.constantFrom(0, 2, 9, 20),
        told: fc.integer({ min: 0, max: 6 }),
        again: fc.boolean(),
      }),
    },
  ),
  { minLength: 1, maxLength: 80, size: 'max' },
);

function setUp() {
  const [table, timers] = [new MemoryTable(), new MemoryTimerStore()];
  const panes = new Map<string, StoredPane>();
  const told: PaneChange[] = [];
  const context = {
    pipeline,
    panes: table,
    alerts: new MemoryAlertStore(),
    timers,
    rollups: noRollups,
    derivations: { store: table, quarantine: () => Promise.reject(new Error('nothing is refused')) },
    dispatching: noDispatching,
    concurrency: 3,
  };
  table.watermark = table.furthest = minutes(0);
  const [{ measure }] = from.measures as [(typeof from.measures)[0]];
  return {
    table,
    timers,
    put: ({ kind, lane, user, minute }: Exclude<Happening, { kind: 'look' }>) => {
      const start = minutes(Math.floor(minute / 5) * 5);
      const id = `${lane} ${user} ${start}`;
      const stored = panes.get(id);
      if (kind === 'empty' && stored === undefined) return;
      const accs = [measure.empty()];
      if (kind === 'put') {
        if (stored !== undefined) mergeAccs(from, accs, stored.accs);
        accs[0] = measure.add(accs[0], measure.input({}, minutes(minute)));
      }
      const after: StoredPane = {
        accs,
        records: kind === 'put' ? (stored?.records ?? 0) + 1 : 0,
        first: '1',
        mark: '1',
        closed: undefined,
        version: (stored?.version ?? 0) + 1,
      };
      panes.set(id, after);
      table.putPane({ aggregate: from, key: user, start, lane }, after);
    },
    /** Tells of some changes, of those that were told before too if `again`; what fails is to be told of again. */
    look: async ({ by, told: most, again }: { by: number; told: number; again: boolean }) => {
      table.watermark = table.furthest = table.watermark + by * MINUTE;
      const fresh = table.changes.splice(0, most);
      const given = again ? [...told, ...fresh].reverse() : fresh;
      try {
        await evaluate(
          context,
          given.filter(({ isUpdate }) => !isUpdate).map(({ name }) => name),
          given.filter(({ isUpdate }) => isUpdate).map(({ name }) => name),
        );
        told.push(...fresh);
      } catch (error) {
        table.changes.unshift(...fresh);
        throw error;
      }
    },
    panes: () => inOrder(table.panes(derived).map(({ key, start, accs }) => plainPane(key, start, accs))),
  };
}

type Run = ReturnType<typeof setUp>;

async function settle({ table, look, timers }: Run): Promise<void> {
  table.watermark = table.furthest = minutes(1e5);
  do await look({ by: 0, told: Infinity, again: false });
  while (table.changes.length > 0);
  expect([...timers.timers.keys()]).toEqual([]);
}

describe('an aggregate derived from sessions', () => {
  it('holds what the sessions of the panes give in the end, whoever was told of what, and whatever broke off', async () => {
    let [made, broken] = [0, 0];
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat({ max: 30 })), async (happenings, luck) => {
        const run = setUp();
        let faulty = true;
        run.table.hook = run.timers.hook = (step) => {
          if (faulty && luck.next().value === 0) throw new RangeError(`broke off at ${step}`);
        };
        for (const happening of happenings) {
          if (happening.kind !== 'look') run.put(happening);
          else {
            await run.look(happening).catch((error: unknown) => {
              if (!(error instanceof RangeError)) throw error;
              broken++;
            });
          }
        }
        faulty = false;
        await settle(run);

        expect(run.panes()).toEqual(bruteDerived(run.table));
        made += run.panes().length;
      }),
      { numRuns: 300 },
    );
    expect(made).toBeGreaterThan(1_000);
    expect(broken).toBeGreaterThan(100);
  });

  it('is made by several at the same time as by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), history, async (s, happenings) => {
        const run = setUp();
        run.table.hook = run.timers.hook = () => s.schedule(Promise.resolve());
        const looks: Promise<void>[] = [];
        for (const happening of happenings) {
          if (happening.kind !== 'look') run.put(happening);
          else looks.push(run.look(happening));
          if (looks.length > 2) await s.waitFor(Promise.all(looks.splice(0)));
        }
        await s.waitFor(Promise.all(looks));
        run.table.hook = run.timers.hook = () => undefined;
        await settle(run);

        expect(run.panes()).toEqual(bruteDerived(run.table));
      }),
      { numRuns: 200 },
    );
  });

  it('takes back a session that a repair joined to another while it was made', async () => {
    const run = setUp();
    const put = (minute: number) => {
      run.put({ kind: 'put', lane: 'a', user: 'ann', minute });
    };
    const lookNow = () => run.look({ by: 0, told: Infinity, again: false });
    put(0);
    put(6);
    run.table.watermark = run.table.furthest = minutes(18);
    let writes = 0;
    run.table.hook = async (step) => {
      // What the other one is told of is joined before anything is known of the session that begins at 6.
      if (step !== 'writeOutcome' || ++writes !== 2) return;
      put(3);
      await lookNow();
    };

    await lookNow();

    expect(writes).toBeGreaterThan(2);
    expect(run.panes()).toEqual([{ key: 'long', start: 0, visits: 1, views: 3, longest: 10 * MINUTE }]);
    expect(run.panes()).toEqual(bruteDerived(run.table));
  });

  it('takes back a session that goes on since a repair, until it is final again', async () => {
    const run = setUp();
    const put = (minute: number) => {
      run.put({ kind: 'put', lane: 'a', user: 'ann', minute });
    };
    const lookAt = async (minute: number) => {
      run.table.watermark = run.table.furthest = minutes(minute);
      await run.look({ by: 0, told: Infinity, again: false });
      return run.panes();
    };
    put(0);
    put(3);
    put(6);
    // A session is final 8 minutes after its end: a pane and the lateness.
    expect(await lookAt(17)).toEqual([]);
    expect(await lookAt(18)).toEqual([{ key: 'long', start: 0, visits: 1, views: 3, longest: 10 * MINUTE }]);

    put(9);

    expect(await lookAt(18)).toEqual([]);
    expect(await lookAt(21)).toEqual([{ key: 'long', start: 10, visits: 1, views: 4, longest: 13 * MINUTE }]);
  });

  it('is the same in a replay', () => {
    fc.assert(
      fc.property(visit, (list: readonly Click[]) => {
        const run = setUp();
        const given: PlainPane[] = [];
        const replay = new Replay(pipeline, {
          pane: ({ aggregate, key, start, accs }: FinalPane) => {
            if (aggregate === derived) given.push(plainPane(key, start, accs));
          },
          alert: () => undefined,
          refused: () => undefined,
        });
        const lane = replay.lane();
        for (const { minute, user } of list) {
          replay.add(lane, { at: minutes(minute), page: 'home', user }, undefined);
          run.put({ kind: 'put', lane: 'a', user, minute });
        }
        replay.finish();

        expect(inOrder(given)).toEqual(bruteDerived(run.table));
      }),
    );
  });
});
