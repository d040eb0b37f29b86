import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultsOf } from '../../lib/fold/pane.ts';
import type { Part, TierPane } from '../../lib/rollup/port.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import { DynamoPaneStore } from '../../lib/store/dynamo-pane-store.ts';
import { DynamoRollupStore } from '../../lib/store/dynamo-rollup-store.ts';
import { readPaneItemKey } from '../../lib/store/keys.ts';
import { rollupItem, rollupItemKey } from '../../lib/store/rollup-item.ts';
import { accsOf, day, hour, tiered, views } from '../rollup/setup.ts';
import { startTables, type Tables } from '../support/dynamo.ts';
import { LANE, sequence } from '../support/kinesis.ts';
import { minutes, MINUTE } from '../support/pipeline.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const DAY = 24 * 60 * MINUTE;
const pane = (tier = hour, minute = 0, key = 'home'): TierPane => ({ tier, key, start: minutes(minute) });

async function setUp() {
  const table = await tables.create();
  const options = { client: tables.client, table, now: () => minutes(0) };
  const panes = new DynamoPaneStore(options);
  return {
    table,
    store: new DynamoRollupStore(options),
    reader: new DynamoPaneReader({ ...options, pipeline: tiered }),
    base: (minute: number, lane: string, ...ms: readonly number[]) =>
      panes.putPane(
        { aggregate: views, key: 'home', start: minutes(minute), lane },
        {
          accs: accsOf(...ms),
          records: ms.length,
          first: sequence(1),
          mark: sequence(1),
          closed: ms.length === 0 ? { from: sequence(1), why: 'late' } : undefined,
        },
        undefined,
      ),
  };
}

async function all(parts: AsyncIterable<Part>): Promise<Part[]> {
  const found: Part[] = [];
  for await (const part of parts) found.push(part);
  return found;
}

describe('a tier’s item', () => {
  it('has a partition of its own, and the key of no aggregate’s pane', () => {
    expect(rollupItemKey(pane(hour, 0, 'a|b'))).toEqual({
      pk: 'views@1h|a|b',
      sk: '2024-01-01T00:00:00.000Z|',
    });
    expect(readPaneItemKey(rollupItemKey(pane()))).toEqual({
      aggregate: 'views@1h',
      key: 'home',
      start: minutes(0),
      lane: '',
    });
  });

  it('expires by its own retention', () => {
    const rollup = { accs: accsOf(1), records: 1, until: minutes(5) };
    const late = minutes(0) + 2 * DAY;

    const expires = (now: number) => Number(rollupItem(pane(), rollup, 1, now).expires?.N) * 1_000;
    expect(expires(0)).toBe(minutes(60) + hour.retain);
    expect(expires(late)).toBe(late + hour.retain);
  });
});

describe('DynamoRollupStore', () => {
  it('keeps a pane, and replaces it only while its version stands', async () => {
    const { store } = await setUp();
    expect(await store.read(pane())).toBeUndefined();
    const rollup = { accs: accsOf(1, 2), records: 2, until: minutes(7) };

    expect(await store.put(pane(), rollup, undefined)).toBe('whole');
    expect(await store.put(pane(), rollup, undefined)).toBe('nothing');
    expect(await store.read(pane())).toEqual({ ...rollup, version: 1 });

    const next = { accs: accsOf(5), records: 1, until: minutes(8) };
    expect(await store.put(pane(), next, 2)).toBe('nothing');
    expect(await store.put(pane(), next, 1)).toBe('whole');
    expect(await store.read(pane())).toEqual({ ...next, version: 2 });
  });

  it('gives the base panes of all lanes that have records, within the pane', async () => {
    const { store, base } = await setUp();
    await base(0, LANE, 1, 2);
    await base(0, 'views/shardId-000000000001', 4);
    await base(59, LANE, 8);
    await base(30, LANE);
    await base(60, LANE, 16);

    const parts = await all(store.parts(pane()));

    expect(parts.map(({ accs, records }) => [accs && resultsOf(views, accs), records])).toEqual([
      [{ n: 2, ms: 3 }, 2],
      [{ n: 1, ms: 4 }, 1],
      [{ n: 1, ms: 8 }, 1],
    ]);
    expect(parts.map(({ expires }) => expires)).toEqual([
      minutes(1) + 30 * DAY,
      minutes(1) + 30 * DAY,
      minutes(60) + 30 * DAY,
    ]);
  });

  it('gives the finer tier’s items to a coarser one', async () => {
    const { store, base } = await setUp();
    await base(0, LANE, 1);
    await store.put(pane(hour, 60), { accs: accsOf(1, 2), records: 2, until: 0 }, undefined);
    await store.put(pane(hour, 24 * 60), { accs: accsOf(9), records: 1, until: 0 }, undefined);

    expect(await all(store.parts(pane(day)))).toEqual([
      { accs: accsOf(1, 2), records: 2, expires: minutes(120) + hour.retain },
    ]);
  });

  it('puts one that is more than an item holds without its accumulators', async () => {
    const { store, table, reader } = await setUp();
    const heavy = views.measures.map((named) => ({
      ...named,
      measure: { ...named.measure, encode: () => new Uint8Array(300_000) },
    }));
    const tier = { ...hour, aggregate: { ...views, measures: heavy } };

    expect(await store.put(pane(tier), { accs: accsOf(1), records: 1, until: 0 }, undefined)).toBe(
      'without accumulators',
    );

    expect(await store.read(pane())).toEqual({ accs: undefined, records: 1, until: 0, version: 1 });
    expect((await tables.scan(table))[0]?.m).toBeUndefined();
    expect(await reader.readRange(views, 'home', minutes(0), minutes(60), { tier: hour })).toEqual([]);
  });
});

describe('DynamoPaneReader', () => {
  it('reads the panes of a tier apart from those that it was made of', async () => {
    const { store, reader, base } = await setUp();
    await base(0, LANE, 1);
    await store.put(pane(hour, 60), { accs: accsOf(1, 2), records: 2, until: 0 }, undefined);
    await store.put(pane(hour, 120), { accs: accsOf(9), records: 1, until: 0 }, undefined);

    const read = (tier?: typeof hour) =>
      reader.readRange(views, 'home', minutes(0), minutes(120), tier && { tier });

    expect(await read()).toEqual([{ start: minutes(0), accs: accsOf(1) }]);
    expect(await read(hour)).toEqual([{ start: minutes(60), accs: accsOf(1, 2) }]);
    expect(await read(day)).toEqual([]);
  });

  it('reads no more panes than it is to', async () => {
    const { reader, base } = await setUp();
    for (const minute of [0, 1, 2])
      for (const lane of [LANE, 'views/shardId-000000000001']) await base(minute, lane, 1);

    const found = await reader.readRange(views, 'home', minutes(0), minutes(60), { most: 2 });

    expect(found).toEqual([0, 1].map((minute) => ({ start: minutes(minute), accs: accsOf(1, 1) })));
  });
});
