import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coarsen } from '../../lib/fold/coarsen.ts';
import { emptyPane, mergeAccs, type Pane } from '../../lib/fold/pane.ts';
import { readPanes } from '../../lib/query/read-panes.ts';
import type { Tier } from '../../lib/rollup/tier.ts';
import { accsOf, day, hour, views } from '../rollup/setup.ts';
import { MemoryPaneReader } from '../support/memory-alerts.ts';
import { MINUTE, minutes } from '../support/pipeline.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function paneOf(start: number, ...ms: readonly number[]): Pane {
  const pane = emptyPane(views, 'home', start, '1');
  mergeAccs(views, pane.accs, accsOf(...ms));
  pane.records = ms.length;
  return pane;
}

function setUp() {
  const reader = new MemoryPaneReader();
  const asked: (readonly [string, number, number])[] = [];
  const readRange = reader.readRange.bind(reader);
  reader.readRange = (aggregate, key, from, to, options) => {
    asked.push([options?.tier?.name ?? 'views', (from - minutes(0)) / HOUR, (to - minutes(0)) / HOUR]);
    return readRange(aggregate, key, from, to, options);
  };
  return {
    asked,
    base: (start: number, ...ms: readonly number[]) => {
      reader.put(paneOf(start, ...ms));
    },
    item: (tier: Tier, start: number, ...ms: readonly number[]) => {
      reader.putTier(tier, paneOf(start, ...ms));
    },
    read: async (from: number, to: number, resolution: number) => {
      const panes = await readPanes(reader, views, 'home', { from, to }, resolution);
      return coarsen(views, panes, resolution);
    },
  };
}

describe('readPanes', () => {
  it('reads the coarsest tier alone where that has all', async () => {
    const { asked, item, read } = setUp();
    for (const n of [0, 1, 2]) item(day, minutes(0) + n * DAY, n);

    const panes = await read(minutes(0), minutes(0) + 3 * DAY, DAY);

    expect(panes.map(({ start }) => start)).toEqual([0, 1, 2].map((n) => minutes(0) + n * DAY));
    expect(asked).toEqual([['views@1d', 0, 72]]);
  });

  it('asks finer tiers for what is not made yet', async () => {
    const { asked, base, item, read } = setUp();
    item(day, minutes(0), 1, 2);
    for (const n of [24, 25, 27]) item(hour, minutes(n * 60), 4);
    base(minutes(28 * 60 + 5), 8);

    const panes = await read(minutes(0), minutes(0) + 2 * DAY, DAY);

    expect(panes).toEqual([
      { start: minutes(0), accs: accsOf(1, 2) },
      { start: minutes(0) + DAY, accs: accsOf(4, 4, 4, 8) },
    ]);
    expect(asked).toEqual([
      ['views@1d', 0, 48],
      ['views@1h', 24, 48],
      // With what lies between, as that is little.
      ['views', 26, 48],
    ]);
  });

  it('reads no tier that is coarser than the resolution', async () => {
    const { asked, base, item, read } = setUp();
    item(hour, minutes(0), 1, 1);
    base(minutes(0), 1);
    base(minutes(1), 1);

    expect(await read(minutes(0), minutes(2), MINUTE)).toHaveLength(2);
    expect(asked.map(([name]) => name)).toEqual(['views']);
  });

  it('counts nothing twice that is in several tiers', async () => {
    const { base, item, read } = setUp();
    for (const n of [0, 2]) {
      item(hour, minutes(n * 60), 1, 2);
      base(minutes(n * 60), 1);
      base(minutes(n * 60 + 1), 2);
    }
    base(minutes(60), 5);

    expect(await read(minutes(0), minutes(180), HOUR)).toEqual([
      { start: minutes(0), accs: accsOf(1, 2) },
      { start: minutes(60), accs: accsOf(5) },
      { start: minutes(120), accs: accsOf(1, 2) },
    ]);
  });

  it('makes few requests for a key that has data every other day, of ten years', async () => {
    const { asked, item, read } = setUp();
    for (let n = 0; n < 3650; n += 2) item(day, minutes(0) + n * DAY, n);

    expect(await read(minutes(0), minutes(0) + 3650 * DAY, DAY)).toHaveLength(1825);
    expect(asked.length).toBeLessThan(40);
  });

  it('passes over panes that a coarser tier has, and does not count them', async () => {
    const { base, item, read } = setUp();
    // Every other hour is full of panes, and the others are in no tier yet.
    for (let n = 0; n < 360; n++) {
      const isDense = n % 2 === 0;
      if (isDense) item(hour, minutes(n * 60), 1);
      for (let minute = 0; minute < (isDense ? 60 : 1); minute++) base(minutes(n * 60 + minute), 1);
    }

    expect(await read(minutes(0), minutes(360 * 60), HOUR)).toHaveLength(360);
  });

  it('refuses to read more than it may, and reads no more than that', async () => {
    const { base, read } = setUp();
    for (let n = 0; n <= 10_000; n++) base(minutes(n), 1);

    expect(await read(minutes(0), minutes(0) + 166 * HOUR, HOUR)).toHaveLength(166);
    await expect(read(minutes(0), minutes(0) + 167 * HOUR, HOUR)).rejects.toThrow(
      'the range holds more than 10000 panes that no rollup has, or not yet; ask for a shorter one',
    );
  });

  it('gives the merge of all base panes, whatever of them has been compacted, and has expired since', async () => {
    const DAYS = 6;
    const record = fc.record({
      minute: fc.nat(DAYS * 24 * 60 - 1),
      ms: fc.integer({ min: 1, max: 1_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 80 }),
        fc.array(fc.boolean(), { minLength: DAYS * 24, maxLength: DAYS * 24 }),
        fc.array(fc.boolean(), { minLength: DAYS, maxLength: DAYS }),
        fc.nat(DAYS * 24),
        fc.tuple(fc.nat(DAYS - 1), fc.integer({ min: 1, max: DAYS })),
        fc.constantFrom(MINUTE, HOUR, 2 * HOUR, DAY, 2 * DAY),
        async (records, hours, days, expired, [begin, length], resolution) => {
          const { base, item, read } = setUp();
          // The ms of the records by pane of so many minutes.
          const at = (unit: number): Map<number, number[]> => {
            const panes = new Map<number, number[]>();
            for (const { minute, ms } of records) {
              const n = Math.floor(minute / unit);
              panes.set(n, [...(panes.get(n) ?? []), ms]);
            }
            return panes;
          };
          const finest = resolution < HOUR ? 0 : expired;
          for (const [n, inside] of at(1)) {
            // Base panes expire from the oldest on: those that are in no tier are lost with them, so they are in one.
            const isGone = n < finest * 60 && (hours[Math.floor(n / 60)] ?? false);
            if (!isGone) base(minutes(n), ...inside);
          }
          for (const [n, inside] of at(60)) if (hours[n] === true) item(hour, minutes(n * 60), ...inside);
          for (const [n, inside] of at(24 * 60))
            if (days[n] === true) item(day, minutes(n * 24 * 60), ...inside);
          const floor = (time: number) => Math.floor(time / resolution) * resolution;
          const from = floor(minutes(0) + begin * DAY);
          const to = floor(from + length * DAY + resolution - 1);

          const found = await read(from, to, resolution);

          const plain = records
            .filter(({ minute }) => minutes(minute) >= from && minutes(minute) < to)
            .sort((a, b) => a.minute - b.minute)
            .map(({ minute, ms }) => ({ start: minutes(minute), accs: accsOf(ms) }));
          expect(found).toEqual(coarsen(views, plain, resolution));
        },
      ),
      { numRuns: 300 },
    );
  });
});
