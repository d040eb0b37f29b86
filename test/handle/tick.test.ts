import { GetItemCommand, QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { handleAggregate } from '../../lib/handle/aggregate.ts';
import { evaluateContext } from '../../lib/handle/evaluate-context.ts';
import { handleTick, type TickContext } from '../../lib/handle/tick.ts';
import { count, definePipeline, tumbling } from '../../lib/index.ts';
import type { Standstill } from '../../lib/standstill/standstill.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import { DynamoPaneStore } from '../../lib/store/dynamo-pane-store.ts';
import { OutOfTimeError, Retry } from '../../lib/store/retry.ts';
import type { PaneName } from '../../lib/store/keys.ts';
import { paneStart } from '../../lib/time/window.ts';
import { startTables, type Tables } from '../support/dynamo.ts';
import { kinesisRecord } from '../support/kinesis.ts';
import { MINUTE, minutes, T0, view } from '../support/pipeline.ts';

const pipeline = definePipeline(view, {
  eventTime: (event) => event.at,
  maxOutOfOrderness: '30s',
  silentAfter: '5m',
  aggregates: {
    views: { key: { page: (event) => event.page }, pane: '1m', measures: { n: count() } },
  },
  alerts: {
    gone: {
      on: 'views',
      over: tumbling('1m'),
      when: ({ n }) => n < 2,
      clear: ({ n }) => n >= 2,
      missing: 'breach',
      keepFiringFor: '2m',
    },
  },
});

// When the last batch comes, by the wall clock.
const LAST = Date.UTC(2026, 0, 1);
const after = (n: number) => LAST + n * MINUTE;

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** Counts the calls that go through it. */
function counting(client: DynamoDBClient) {
  const calls: unknown[] = [];
  const send = (command: Parameters<DynamoDBClient['send']>[0]) => {
    calls.push(command);
    return client.send(command);
  };
  return { client: { send }, calls };
}

async function setUp() {
  const names = {
    aggregates: await tables.create(),
    alerts: await tables.create(),
    timers: await tables.create(),
  };
  const { client, calls } = counting(tables.client);
  const store = new DynamoPaneStore({ client, table: names.aggregates, now: () => LAST });
  const quarantined: unknown[] = [];
  const quarantine = (messages: readonly unknown[]): Promise<void> => {
    quarantined.push(...messages);
    return Promise.resolve();
  };
  const contextWith = (standstill?: Standstill) => ({
    ...evaluateContext({
      pipeline,
      client,
      tables: names,
      retry: new Retry(),
      quarantine,
      ...(standstill === undefined ? {} : { standstill }),
    }),
  });
  const told: string[] = [];
  const tell = (transitions: readonly AlertState[]): void => {
    for (const { key, status, at, version } of transitions)
      told.push(`${key} ${status} at ${(at - T0) / MINUTE} as ${version}`);
  };
  let sequence = 1;
  return {
    calls,
    told,
    quarantined,
    contextWith,
    timers: async () => (await tables.scan(names.timers)).length,
    watermark: async () => {
      const reader = new DynamoPaneReader({ client, table: names.aggregates, pipeline });
      return ((await reader.readWatermark()) - T0) / MINUTE;
    },
    /** Brings views of pages at minutes, as aggregate gets them, and evaluates as the table's stream would have it. */
    views: async (...given: readonly (readonly [page: string, minute: number])[]) => {
      const Records = given.map(([page, minute]) => kinesisRecord(sequence++, { at: minutes(minute), page }));
      const interpret = createInterpreter(pipeline);
      const context = { pipeline, interpret, store, quarantine, concurrency: 4, mayGoOn: () => true };
      await handleAggregate(context, { Records });
      const panes = given.map(([page, minute]): PaneName => {
        return { aggregate: 'views', key: page, start: paneStart(minutes(minute), MINUTE), lane: 'l' };
      });
      tell((await evaluate(contextWith(), panes, panes)).transitions);
    },
    tick: async (now: number, over: Partial<TickContext> = {}) => {
      const report = await handleTick({
        pipeline,
        now: () => now,
        hasUnread: () => Promise.resolve(false),
        evaluationWith: contextWith,
        ...over,
      });
      tell(report.evaluated?.transitions ?? []);
      return report;
    },
  };
}

const STORY = ['home firing at 3 as 1', 'shop firing at 3 as 1'];

/** Two pages that are seen twice in the first minutes, and never again. */
async function silentStage() {
  const stage = await setUp();
  const seen = [0, 0.2, 1, 1.2].flatMap((minute) => [['home', minute] as const, ['shop', minute] as const]);
  await stage.views(...seen, ['home', 2]);
  expect(await stage.watermark()).toBe(1.5);
  return stage;
}

describe('a tick', () => {
  it('leaves event time alone while something has come lately', async () => {
    const { tick, watermark, told } = await silentStage();

    const { evaluated, errors } = await tick(after(5) - 1);

    expect([evaluated?.judged, errors, told, await watermark()]).toEqual([0, [], [], 1.5]);
  });

  it('lets event time go on with the clock in silence, and so finds what is missing', async () => {
    const { tick, watermark, told } = await silentStage();

    await tick(after(5));

    expect(told.sort()).toEqual(STORY);
    expect(await watermark()).toBe(2 + 5 - 0.5);
  });

  it('comes to the same when ticks are missed, come twice, or by a clock that is not sure of itself', async () => {
    const runs = [[30], [5, 6, 7, 8, 30], [5, 5, 12, 4, 11, 29, 30, 6, 30], [30, -100, 5]];

    for (const nows of runs) {
      const { tick, told, watermark } = await silentStage();
      let reached = -Infinity;
      for (const now of nows) {
        await tick(after(now));
        expect(await watermark()).toBeGreaterThanOrEqual(reached);
        reached = await watermark();
      }
      expect([told.sort(), reached]).toEqual([STORY, 31.5]);
    }
  });

  it('does no harm when several come at once', async () => {
    const { tick, told, timers } = await silentStage();

    await Promise.all(Array.from({ length: 4 }, () => tick(after(5))));

    expect(told.sort()).toEqual(STORY);
    await tick(after(30));
    expect([told.length, await timers()]).toEqual([2, 0]);
  });

  it('drops nothing that comes after it, and resolves by what comes', async () => {
    const { tick, told, views, quarantined, watermark } = await silentStage();
    await tick(after(5));

    // Behind the watermark, and not behind its lane's own.
    await views(['home', 2.4], ['home', 2.5], ['shop', 6], ['shop', 6.1]);
    expect([quarantined, await watermark()]).toEqual([[], 6.5]);
    await views(['shop', 7], ['shop', 7.1], ['shop', 8], ['shop', 8.1], ['home', 9.6]);

    expect([quarantined, await watermark()]).toEqual([[], 9.1]);
    expect(told.filter((line) => line.startsWith('shop'))).toEqual([
      'shop firing at 3 as 1',
      'shop recovering at 7 as 2',
      'shop resolved at 9 as 3',
    ]);
  });

  it('takes lanes for behind, not for silent, that have records to come to', async () => {
    const { tick, told, watermark } = await silentStage();

    await tick(after(60), { hasUnread: () => Promise.resolve(true) });

    expect([told, await watermark()]).toEqual([[], 1.5]);
  });

  it('does what is due though it could not ask whether records wait, and says so', async () => {
    const { tick, views, watermark } = await silentStage();
    await views(['shop', 9]);
    const failure = new Error('denied');

    const report = await tick(after(60), { hasUnread: () => Promise.reject(failure) });

    expect([report.errors, report.evaluated?.watermark]).toEqual([[failure], minutes(8.5)]);
    expect(await watermark()).toBe(8.5);
  });

  it('leaves what there is no time for to the next one', async () => {
    const { tick, told, contextWith } = await silentStage();
    const pressed = {
      evaluationWith: (standstill: Standstill) => ({
        ...contextWith(standstill),
        slice: 1,
        mayGoOn: () => false,
      }),
    };

    const first = await tick(after(5), pressed);
    expect([first.isUnfinished, first.errors]).toEqual([true, []]);
    for (let ticks = 0; ticks < 20 && (await tick(after(5), pressed)).isUnfinished; ticks++) continue;

    expect(told.sort()).toEqual(STORY);
  });

  it('is not in error when its time is over in the middle', async () => {
    const { tick, contextWith } = await silentStage();
    const evaluationWith = (standstill: Standstill) => {
      const context = contextWith(standstill);
      context.timers.due = () => Promise.reject(new OutOfTimeError('the invocation ran out of time'));
      return context;
    };

    expect(await tick(after(5), { evaluationWith })).toEqual({
      evaluated: undefined,
      isUnfinished: true,
      errors: [],
    });
  });

  it('says what went wrong', async () => {
    const { tick, contextWith } = await silentStage();
    const failure = new Error('no table');
    const evaluationWith = (standstill: Standstill) => {
      const context = contextWith(standstill);
      context.timers.due = () => Promise.reject(failure);
      return context;
    };

    expect(await tick(after(5), { evaluationWith })).toMatchObject({
      errors: [failure],
      isUnfinished: false,
    });
  });

  it('makes nine reads when nothing is due, and writes nothing', async () => {
    const { tick, calls } = await silentStage();
    calls.length = 0;

    await tick(after(4));

    expect(calls.filter((call) => call instanceof QueryCommand)).toHaveLength(8);
    expect(calls.filter((call) => call instanceof GetItemCommand)).toHaveLength(1);
    expect(calls).toHaveLength(9);
  });
});
