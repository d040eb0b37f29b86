import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, type EvaluateContext } from '../../lib/alerts/evaluate.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import { byGroup } from '../../lib/dispatch/by-group.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
import { runGroup } from '../../lib/dispatch/run-group.ts';
import { createQueryApp } from '../../lib/query/app.ts';
import { dynamoAlertContext } from '../../lib/query/dynamo-context.ts';
import { DynamoAlertStore } from '../../lib/store/dynamo-alert-store.ts';
import { DynamoGroupStore } from '../../lib/store/dynamo-group-store.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import { DynamoPaneStore } from '../../lib/store/dynamo-pane-store.ts';
import { DynamoTimerStore } from '../../lib/store/dynamo-timer-store.ts';
import { readNotices } from '../../lib/store/group-item.ts';
import { alertRecord, alertState } from '../support/alert-state.ts';
import { startTables, type Tables } from '../support/dynamo.ts';
import { LANE, sequence } from '../support/kinesis.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { minutes } from '../support/pipeline.ts';
import { shop } from './shop.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** A stage whose event time is the clock's, but for the half minute that events may be out of order. */
async function setUp() {
  const { client } = tables;
  const [table, alertTable, timerTable] = [
    await tables.create(),
    await tables.create(),
    await tables.create(),
  ];
  let minute = 0;
  let made = 0;
  const now = (): number => minutes(minute);
  const query = dynamoAlertContext({
    pipeline: shop,
    client,
    tables: { alerts: alertTable, timers: timerTable },
    now,
    newId: () => `silence-${++made}`,
  });
  const panes = new DynamoPaneReader({ client, table, pipeline: shop });
  const store = new DynamoPaneStore({ client, table, now });
  const alerts = new DynamoAlertStore({ client, table: alertTable });
  const evaluating: EvaluateContext = {
    pipeline: shop,
    panes,
    alerts,
    timers: new DynamoTimerStore({ client, table: timerTable }),
    rollups: noRollups,
    derivations: noDerivations,
    dispatching: { ...query, groups: new DynamoGroupStore({ client, table: alertTable }) },
    concurrency: 8,
  };
  const app = createQueryApp({
    ...query,
    panes,
    onError: (error) => {
      throw error;
    },
  });
  return {
    /** Writes a transition and has its group hear of it. */
    turn: async (given: Partial<AlertState>): Promise<void> => {
      const times = { windowStart: minutes(minute - 1), at: minutes(minute) };
      const state = alertState({ alert: 'slow', key: 'a|x', since: minutes(minute), ...times, ...given });
      await alerts.write(alertRecord(state), [state]);
      await query.history.add([{ type: 'transition', at: state.at, state }]);
      for (const { rule, group, transitions } of byGroup(shop, [state]))
        await runGroup(evaluating, rule, group, transitions, minutes(minute));
    },
    /** Lets time go on, and what is due be done. */
    moveTo: async (next: number): Promise<void> => {
      minute = next;
      const lane = await store.readLane(LANE);
      const progress = { mark: sequence(next), maxEventTime: now() + shop.maxOutOfOrderness };
      expect(await store.writeLane(LANE, progress, lane?.version)).toBe(true);
      await evaluate(evaluating, []);
    },
    /** What people have last been told of the group. */
    told: async (): Promise<string[]> => {
      const items = await tables.scan(alertTable);
      const notices: Notice[] = items
        .filter(({ pk }) => pk?.S === '#group|slow')
        .flatMap((item) => readNotices(item));
      return notices.map(({ kind, number, at }) => `${number} ${kind} ${(at - minutes(0)) / 60_000}`);
    },
    call: async (method: string, path: string, body?: object): Promise<unknown> => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await app.request(path, { method, ...sent });
      expect(response.status).toBeLessThan(300);
      return response.json();
    },
  };
}

const matchers = ['page=a'];
const said = { author: 'ann', comment: 'moving' };

describe('a silence', () => {
  it('keeps a notice back until it ends', async () => {
    const { call, turn, moveTo, told } = await setUp();
    await moveTo(10);
    await call('POST', '/silences', { ...said, matchers, for: '20m' });

    await turn({});
    await moveTo(29);
    expect(await told()).toEqual([]);

    await moveTo(30);
    expect(await told()).toEqual(['1 firing 30']);
  });

  it('keeps a notice back until somebody ends it', async () => {
    const { call, turn, moveTo, told } = await setUp();
    await moveTo(10);
    await call('POST', '/silences', { ...said, matchers, for: '20m' });
    await turn({});
    await moveTo(12);
    expect(await call('GET', '/alerts?state=open')).toMatchObject({
      alerts: [{ silenced: { until: '2024-01-01T00:30:00.000Z', by: ['silence-1'] } }],
    });
    await moveTo(15);

    await call('DELETE', '/silences/silence-1');
    expect(await told()).toEqual([]);
    await moveTo(16);

    expect(await told()).toMatchObject([expect.stringMatching(/^1 firing 1[56]$/)]);
    expect(await call('GET', '/alerts')).not.toHaveProperty('alerts.0.silenced');
  });

  it('leaves others be', async () => {
    const { call, turn, moveTo, told } = await setUp();
    await moveTo(10);
    await call('POST', '/silences', { ...said, matchers: ['page=b'], for: '20m' });

    await turn({});

    expect(await told()).toEqual(['1 firing 10']);
    expect(await call('GET', '/silences')).toMatchObject({
      silences: [{ id: 'silence-1', state: 'active' }],
    });
  });
});

describe('an acknowledgement', () => {
  it('is shown and remembered until the alert resolves', async () => {
    const { call, turn, moveTo } = await setUp();
    await moveTo(10);
    await turn({});

    await call('POST', '/alerts/slow/acknowledge', { key: { page: 'a', user: 'x' }, ...said });

    expect(await call('GET', '/alerts')).toMatchObject({ alerts: [{ acknowledged: { author: 'ann' } }] });
    await moveTo(20);
    await turn({ status: 'resolved', since: minutes(10), version: 2 });
    expect(await call('GET', '/alerts')).not.toHaveProperty('alerts.0.acknowledged');
    expect(await call('GET', '/alerts/slow/history?page=a&user=x')).toMatchObject({
      history: [{ state: 'resolved' }, {}, {}],
    });
  });
});

it('gives a history of many keys in pages, latest first', async () => {
  const { call, turn, moveTo } = await setUp();
  await moveTo(10);
  for (let n = 0; n < 12; n++) await turn({ key: `p${n}|x`, at: minutes(Math.floor(n / 4)) });
  const read: string[] = [];
  for (let after = ''; ;) {
    const page = (await call('GET', `/alerts/slow/history?limit=5${after}`)) as {
      history: { at: string; id: string }[];
      next?: string;
    };
    read.push(...page.history.map(({ at, id }) => `${at} ${id}`));
    if (page.next === undefined) break;
    after = `&after=${encodeURIComponent(page.next)}`;
  }

  const times = read.map((line) => line.slice(0, 24));
  expect(new Set(read).size).toBe(12);
  expect(times).toEqual([...times].sort().reverse());
});
