import { afterAll, beforeAll, expect, it } from 'vitest';
import { evaluate, type EvaluateContext } from '../../lib/alerts/evaluate.ts';
import { readAlertItem } from '../../lib/store/alert-item.ts';
import { DynamoAlertStore } from '../../lib/store/dynamo-alert-store.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import { DynamoPaneStore } from '../../lib/store/dynamo-pane-store.ts';
import { DynamoTimerStore } from '../../lib/store/dynamo-timer-store.ts';
import type { PaneName } from '../../lib/store/keys.ts';
import { startTables, type Tables } from '../support/dynamo.ts';
import { LANE, sequence } from '../support/kinesis.ts';
import { viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { minutes, pipeline, views } from '../support/pipeline.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

async function setUp() {
  const { client } = tables;
  const [table, alertTable, timerTable] = [
    await tables.create(),
    await tables.create(),
    await tables.create(),
  ];
  const store = new DynamoPaneStore({ client, table, now: () => 0 });
  const alerts = new DynamoAlertStore({ client, table: alertTable });
  const context: EvaluateContext = {
    pipeline,
    panes: new DynamoPaneReader({ client, table, pipeline }),
    alerts,
    timers: new DynamoTimerStore({ client, table: timerTable }),
    rollups: noRollups,
    derivations: noDerivations,
    dispatching: noDispatching,
    concurrency: 8,
  };
  return {
    context,
    alerts,
    dump: async () => [
      await tables.scan(alertTable),
      // A timer that is set again is the same timer, set anew.
      (await tables.scan(timerTable)).map(({ tok: _, ...timer }) => timer),
    ],
    put: async (key: string, minute: number, ms: readonly number[], lane = LANE): Promise<PaneName> => {
      const { start, accs, records } = viewsPane(minute, ms, key);
      const pane = { accs, records, first: sequence(1), mark: sequence(1), closed: undefined };
      await store.putPane({ aggregate: views, key, start, lane }, pane, undefined);
      return { aggregate: 'views', key, start, lane };
    },
    moveTo: async (minute: number) => {
      const lane = await store.readLane(LANE);
      // The watermark is half a minute behind the greatest event time.
      const progress = { mark: sequence(minute), maxEventTime: minutes(minute + 0.5) };
      expect(await store.writeLane(LANE, progress, lane?.version)).toBe(true);
    },
  };
}

it('fires over what all lanes stored, resolves, and changes nothing when it is repeated', async () => {
  const { context, alerts, put, moveTo, dump } = await setUp();
  const panes = [await put('home', 0, [500]), await put('home', 0, [300], 'views/shardId-000000000001')];
  await moveTo(2);

  const fired = await evaluate(context, panes);
  const before = await dump();
  const again = await evaluate(context, panes);

  expect(fired.transitions).toMatchObject([
    { alert: 'slow', key: 'home', status: 'firing', at: minutes(1), value: { n: 2, ms: 400 }, version: 1 },
  ]);
  expect(again.transitions).toEqual([]);
  expect(await dump()).toEqual(before);

  await moveTo(10);
  const resolved = await evaluate(context, []);

  expect(resolved.transitions).toMatchObject([
    { status: 'resolved', at: minutes(4), since: minutes(1), version: 2 },
  ]);
  expect(await alerts.read('slow', 'home')).toMatchObject({
    state: { status: 'resolved', version: 2, value: { n: 0, ms: null } },
    turns: [{ status: 'firing' }, { status: 'resolved' }],
    revision: 2,
  });
  expect((await dump())[1]).toEqual([]);
});

it('comes to one history of each alert when many evaluate at the same time', async () => {
  const { context, put, moveTo, dump } = await setUp();
  const keys = Array.from({ length: 12 }, (_, n) => `page${n}`);
  const panes: PaneName[] = [];
  for (const key of keys) panes.push(await put(key, 0, [500, 500]), await put(key, 8, [500, 500]));
  await moveTo(30);

  const evaluations = await Promise.all(Array.from({ length: 4 }, () => evaluate(context, panes)));

  const told = evaluations.flatMap(({ transitions }) => transitions);
  expect(
    told
      .filter(({ key }) => key === 'page0')
      .map(({ version, at }) => [version, at])
      .sort(),
  ).toEqual([
    [1, minutes(1)],
    [2, minutes(4)],
    [3, minutes(9)],
    [4, minutes(12)],
  ]);
  expect(told).toHaveLength(4 * keys.length);
  const [alerts, timers] = await dump();
  expect(alerts!.map((item) => [item.sk?.S, readAlertItem(item).state?.version, item.status?.S])).toEqual(
    [...keys].sort().map((key) => [key, 4, 'resolved']),
  );
  expect(timers).toEqual([]);
});
