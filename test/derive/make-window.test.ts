import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeriveRaceError, makeWindow } from '../../lib/derive/make-window.ts';
import type { WindowRef } from '../../lib/derive/port.ts';
import { isDerived, type KeyWindow } from '../../lib/derive/window-fold.ts';
import { aggregateNamed } from '../../lib/pipeline/pipeline.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { derivedPipeline, plainPane } from '../support/derived.ts';
import { MemoryTable } from '../support/memory-derived.ts';
import { minutes, T0 } from '../support/pipeline.ts';

const [byLoad, perPage] = [
  aggregateNamed(derivedPipeline, 'byLoad')!,
  aggregateNamed(derivedPipeline, 'perPage')!,
];
if (!isDerived(byLoad)) throw new Error('byLoad is not derived');

/** What the window's panes hold: no data, or so many views, each of a ms. */
type Views = number | undefined;

function setUp(key = 'home') {
  const table = new MemoryTable();
  const aside: QuarantineMessage[] = [];
  const now: { views: Views } = { views: undefined };
  const ref: WindowRef = { derived: byLoad as WindowRef['derived'], key, start: T0 };
  const context = {
    store: table,
    quarantine: (messages: readonly QuarantineMessage[]) => {
      aside.push(...messages);
      return Promise.resolve();
    },
  };
  const read = async (): Promise<KeyWindow | undefined> => {
    await table.hook('read');
    const { views } = now;
    await table.hook('read answered');
    if (views === undefined) return undefined;
    const accs = perPage.measures.map(({ measure }) => {
      let acc = measure.empty();
      for (let n = 0; n < views; n++) acc = measure.add(acc, 1);
      return acc;
    });
    return { key, start: T0, end: minutes(2), accs };
  };
  return {
    table,
    aside,
    make: (views: Views) => {
      now.views = views;
      return makeWindow(context, ref, read);
    },
    stands: () =>
      table.panes(byLoad).map(({ key: load, start, accs }) => {
        const { results } = plainPane(byLoad, load, start, accs);
        return `${load} ${results.windows} ${results.total}`;
      }),
  };
}

function wanted(views: Views): string[] {
  if (views === undefined || views > 6) return [];
  return [`${views > 2 ? 'high' : 'low'} 1 ${views}`];
}

describe('makeWindow', () => {
  it('stands where its key is now, and nowhere else', async () => {
    const { make, stands } = setUp();
    for (const views of [1, 2, 3, 1, 4, undefined, 5, 7, 2]) {
      await make(views);
      expect(stands()).toEqual(wanted(views));
    }
  });

  it('makes nothing of a window without data, but that whoever has seen data before must look again', async () => {
    const { make, stands, table } = setUp();

    await make(undefined);

    expect(stands()).toEqual([]);
    expect([...table.items.values()].map(({ v, places }) => [v?.N, places?.L])).toEqual([['1', []]]);
  });

  it('is the same however often it is made', async () => {
    const { make, stands } = setUp();
    await make(3);
    await make(3);
    await make(3);

    expect(stands()).toEqual(['high 1 3']);
  });

  it('tells of a window that is refused, once for as long as it is', async () => {
    const { make, aside, stands } = setUp('odd');

    for (const views of [1, 2, 2, 7, 1, 2]) await make(views);

    expect(stands()).toEqual([]);
    expect(aside.map(({ reason }) => reason)).toEqual(['author-error', 'author-error']);
    const [message] = aside;
    expect(message).toMatchObject({
      id: 'perPage:odd:2024-01-01T00:00:00.000Z/2024-01-01T00:02:00.000Z:byLoad',
      kind: 'quarantined',
      detail: 'a function of the pipeline threw RangeError: two of an odd page',
    });
    expect(JSON.parse(Buffer.from(message!.data, 'base64').toString())).toEqual({
      key: { page: 'odd' },
      start: T0,
      end: minutes(2),
      measures: { n: 2, total: 2 },
    });
  });

  it('refuses what no item has room for', async () => {
    const { make, aside, stands, table } = setUp();
    await make(1);
    table.isTooLargeItem = () => true;
    await make(2);

    expect(stands()).toEqual([]);
    expect(aside.map(({ reason }) => reason)).toEqual(['pane-too-large']);
  });

  it.each(['readOutcome', 'writeOutcome', 'outcome written', 'putContribution', 'contribution put'])(
    'is made whole after it broke off at: %s',
    async (where) => {
      for (let nth = 0; nth < 2; nth++) {
        const { make, stands, table } = setUp();
        await make(1);
        let left = nth;
        table.hook = (step) => {
          if (step === where && left-- === 0) throw new Error('broke off');
        };
        await make(3).catch(() => undefined);
        table.hook = () => undefined;
        await make(3);

        expect(stands()).toEqual(['high 1 3']);
      }
    },
  );

  it('is what its panes are in the end, whoever makes it at the same time', async () => {
    let contested = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }), {
          minLength: 2,
          maxLength: 5,
        }),
        async (s, changes) => {
          const { make, stands, table } = setUp();
          table.hook = () => s.schedule(Promise.resolve());
          // Each change is followed by one who makes the window because of it.
          const done = s.scheduleSequence(
            changes.map((views) => () => {
              makers.push(make(views));
              return Promise.resolve();
            }),
          );
          const makers: Promise<void>[] = [];
          await s.waitFor(done.task.then(() => Promise.all(makers)));

          expect(stands()).toEqual(wanted(changes.at(-1)));
          contested += Number([...table.items.values()].some(({ v }) => Number(v?.N) > 2));
        },
      ),
      { numRuns: 500 },
    );
    expect(contested).toBeGreaterThan(100);
  });

  it('gives up when others make it without end', async () => {
    const { make, table } = setUp();
    const other = table.writeOutcome.bind(table);
    table.writeOutcome = async (window, outcome, version) => {
      await other(window, { places: [], refused: false }, version);
      return other(window, outcome, version);
    };

    await expect(make(1)).rejects.toThrow(DeriveRaceError);
  });
});
