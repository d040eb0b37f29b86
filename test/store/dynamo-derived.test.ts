import { afterAll, beforeAll, expect, it } from 'vitest';
import { contributionOf, contributionRef, storedContribution } from '../../lib/derive/contribution.ts';
import type { WindowRef } from '../../lib/derive/port.ts';
import { isDerived } from '../../lib/derive/window-fold.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { aggregateNamed } from '../../lib/pipeline/pipeline.ts';
import { DynamoDerivedStore } from '../../lib/store/dynamo-derived-store.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import { derivedPipeline } from '../support/derived.ts';
import { startTables, type Tables } from '../support/dynamo.ts';
import { minutes, T0 } from '../support/pipeline.ts';

const busiest = aggregateNamed(derivedPipeline, 'busiest')!;
if (!isDerived(busiest)) throw new Error('busiest is not derived');
const { from } = busiest.derivation;
/** As long as a key may be, and with all that may stand in one. */
const KEY = `a\\|${'ö'.repeat(448)}`;
const window: WindowRef = { derived: busiest, key: KEY, start: T0 };

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

async function setUp() {
  const options = { client: tables.client, table: await tables.create() };
  return {
    store: new DynamoDerivedStore({ ...options, now: () => minutes(10) }),
    reader: new DynamoPaneReader({ ...options, pipeline: derivedPipeline }),
    scan: () => tables.scan(options.table),
  };
}

function contribution(key: string, views: number) {
  const accs = from.measures.map(({ measure }) => {
    let acc = measure.empty();
    for (let n = 0; n < views; n++) acc = measure.add(acc, 1);
    return acc;
  });
  const pane = contributionOf(window.derived, { key, start: T0, end: minutes(4), accs });
  if ('reason' in pane) throw new Error(pane.detail);
  return pane;
}

it('keeps an outcome, and writes it on condition of the version alone', async () => {
  const { store } = await setUp();
  const places = [
    { key: 'a|b', start: T0 },
    { key: '', start: minutes(4) },
  ];

  expect(await store.readOutcome(window)).toBeUndefined();
  expect(await store.writeOutcome(window, { places, refused: false }, undefined)).toBe(true);
  expect(await store.readOutcome(window)).toEqual({ version: 1, places, refused: false });
  expect(await store.writeOutcome(window, { places: [], refused: true }, undefined)).toBe(false);
  expect(await store.writeOutcome(window, { places: [], refused: true }, 1)).toBe(true);
  expect(await store.writeOutcome(window, { places, refused: false }, 1)).toBe(false);
  expect(await store.readOutcome(window)).toEqual({ version: 2, places: [], refused: true });
});

it('puts contributions that the reader merges, and never one in place of a later one', async () => {
  const { store, reader } = await setUp();
  const put = (key: string, views: number | undefined, version: number) => {
    const pane = views === undefined ? undefined : contribution(key, views);
    const ref = { ...window, key };
    return store.putContribution(
      contributionRef(ref, { key: '', start: T0 }),
      storedContribution(ref, pane, version),
    );
  };
  const read = async () => {
    const panes = await reader.readRange(window.derived, '', T0, minutes(4));
    return panes.map(({ accs }) => resultsOf(window.derived, accs));
  };

  await put(KEY, 3, 2);
  await put('home', 5, 1);
  expect(await read()).toEqual([{ pages: 2, most: 5 }]);
  await put(KEY, 9, 1);
  await put(KEY, 9, 2);
  expect(await read()).toEqual([{ pages: 2, most: 5 }]);
  await put(KEY, 9, 3);
  expect(await read()).toEqual([{ pages: 2, most: 9 }]);
  await put('home', undefined, 2);
  expect(await read()).toEqual([{ pages: 1, most: 9 }]);
});

it('keeps an outcome for longer than what it knows of', async () => {
  const { store, scan } = await setUp();
  await store.writeOutcome(window, { places: [{ key: '', start: T0 }], refused: false }, undefined);
  await store.putContribution(
    contributionRef(window, { key: '', start: T0 }),
    storedContribution(window, contribution(KEY, 1), 1),
  );

  const [outcome, held] = await scan();
  expect(outcome?.pk?.S).toMatch(/^#windows\|busiest\|/);
  expect(Number(outcome?.expires?.N) - Number(held?.expires?.N)).toBe(7 * 86_400);
});
