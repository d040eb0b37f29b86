import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { emptyPane } from '../../lib/fold/pane.ts';
import { aggregateNamed } from '../../lib/pipeline/pipeline.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import type { StoredPane } from '../../lib/store/port.ts';
import { bruteDerived, derivedPipeline, inOrder, plainPane, type PlainPane } from '../support/derived.ts';
import { MemoryAlertStore, MemoryTimerStore } from '../support/memory-alerts.ts';
import { MemoryTable, type PaneChange } from '../support/memory-derived.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { minutes } from '../support/pipeline.ts';
import { noDispatching } from '../support/memory-dispatch.ts';

const perPage = aggregateNamed(derivedPipeline, 'perPage')!;
const derived = derivedPipeline.aggregates.filter(({ derivation }) => derivation !== undefined);

/** What happens: a lane adds events to a pane, empties one as a repair may, or the watermark moves and somebody looks. */
type Happening =
  | {
      readonly kind: 'put';
      readonly lane: string;
      readonly page: string;
      readonly minute: number;
      readonly ms: number;
    }
  | { readonly kind: 'empty'; readonly lane: string; readonly page: string; readonly minute: number }
  | { readonly kind: 'look'; readonly by: number; readonly told: number; readonly again: boolean };

const place = {
  lane: fc.constantFrom('a', 'b'),
  page: fc.constantFrom('home', 'a|b', 'odd'),
  minute: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }) }, fc.integer({ min: 4, max: 23 })),
};
const history: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('put' as const),
        ...place,
        ms: fc.integer({ min: 1, max: 9 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('empty' as const), ...place }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('look' as const),
        by: fc.constantFrom(0, 1, 4, 9),
        told: fc.integer({ min: 0, max: 6 }),
        again: fc.boolean(),
      }),
    },
  ),
  { minLength: 1, maxLength: 60 },
);

function setUp() {
  const [table, alerts, timers] = [new MemoryTable(), new MemoryAlertStore(), new MemoryTimerStore()];
  const panes = new Map<string, StoredPane>();
  const aside: QuarantineMessage[] = [];
  const told: PaneChange[] = [];
  const context = {
    pipeline: derivedPipeline,
    panes: table,
    alerts,
    timers,
    rollups: noRollups,
    dispatching: noDispatching,
    derivations: {
      store: table,
      quarantine: (messages: readonly QuarantineMessage[]) => {
        aside.push(...messages);
        return Promise.resolve();
      },
    },
    concurrency: 3,
  };
  table.watermark = table.furthest = minutes(0);
  return {
    table,
    timers,
    aside,
    put: ({ lane, page, minute }: { lane: string; page: string; minute: number }, ms: number | undefined) => {
      const key = page.replace('|', '\\|');
      const id = `${lane} ${key} ${minute}`;
      const stored = panes.get(id);
      if (ms === undefined && stored === undefined) return;
      const { accs } = emptyPane(perPage, key, minutes(minute), '0');
      const now = ms === undefined ? undefined : stored;
      const after: StoredPane = {
        accs: accs.map((acc, i) => {
          const { measure } = perPage.measures[i]!;
          const before = now === undefined ? acc : measure.merge(acc, now.accs[i]);
          return ms === undefined ? acc : measure.add(before, i === 0 ? 1 : ms);
        }),
        records: ms === undefined ? 0 : (now?.records ?? 0) + 1,
        first: '1',
        mark: '1',
        closed: undefined,
        version: (stored?.version ?? 0) + 1,
      };
      panes.set(id, after);
      table.putPane({ aggregate: perPage, key, start: minutes(minute), lane }, after);
    },
    /** Tells of some changes, of those that were told before too if `again`; what fails is to be told of again. */
    look: async ({ by, told: most, again }: { by: number; told: number; again: boolean }) => {
      table.watermark = table.furthest = table.watermark + by * minutes(1) - by * minutes(0);
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
    plain: (): PlainPane[] =>
      derived.flatMap((aggregate) =>
        table.panes(aggregate).map(({ key, start, accs }) => plainPane(aggregate, key, start, accs)),
      ),
    expected: () =>
      bruteDerived(table.panes(perPage).map(({ key, start, accs }) => plainPane(perPage, key, start, accs))),
  };
}

type Run = ReturnType<typeof setUp>;

async function settle({ table, look, timers }: Run): Promise<void> {
  table.watermark = table.furthest = minutes(1e5);
  do await look({ by: 0, told: Infinity, again: false });
  while (table.changes.length > 0);
  expect([...timers.timers.keys()]).toEqual([]);
}

function expectRight({ plain, expected, aside }: Run): void {
  const { panes, refused } = expected();
  expect(inOrder(plain())).toEqual(inOrder(panes));
  const told = new Set(
    aside.map(({ origin: { key = '', window = '' } }) => `${key} ${Date.parse(window.split('/')[0] ?? '')}`),
  );
  for (const window of refused) expect(told).toContain(window);
}

describe('derived aggregates', () => {
  it('hold what plain arithmetic makes of the panes in the end, whoever was told of what, and whatever broke off', async () => {
    let [made, broken] = [0, 0];
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat({ max: 30 })), async (happenings, luck) => {
        const run = setUp();
        let faulty = true;
        run.table.hook = run.timers.hook = (step) => {
          if (faulty && luck.next().value === 0) throw new RangeError(`broke off at ${step}`);
        };
        for (const happening of happenings) {
          if (happening.kind === 'put') run.put(happening, happening.ms);
          else if (happening.kind === 'empty') run.put(happening, undefined);
          else {
            await run.look(happening).catch((error: unknown) => {
              if (!(error instanceof RangeError)) throw error;
              broken++;
            });
          }
        }
        faulty = false;
        await settle(run);

        expectRight(run);
        made += run.plain().length;
      }),
      { numRuns: 300 },
    );
    expect(made).toBeGreaterThan(1_000);
    expect(broken).toBeGreaterThan(100);
  });

  it('are made by several at the same time as by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), history, async (s, happenings) => {
        const run = setUp();
        run.table.hook = run.timers.hook = () => s.schedule(Promise.resolve());
        const looks: Promise<void>[] = [];
        for (const happening of happenings) {
          if (happening.kind === 'put') run.put(happening, happening.ms);
          else if (happening.kind === 'empty') run.put(happening, undefined);
          else looks.push(run.look(happening));
          if (looks.length > 2) await s.waitFor(Promise.all(looks.splice(0)));
        }
        await s.waitFor(Promise.all(looks));
        run.table.hook = run.timers.hook = () => undefined;
        await settle(run);

        expectRight(run);
      }),
      { numRuns: 200 },
    );
  });
});
