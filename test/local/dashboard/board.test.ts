import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EngineEvent, ShardStats } from '../../../lib/esm/index.ts';
import { Board } from '../../../lib/local/dashboard/board.ts';
import { planGraph } from '../../../lib/local/dashboard/graph-plan.ts';
import type { Playback, Snapshot } from '../../../lib/local/dashboard/protocol.ts';
import { Rate } from '../../../lib/local/dashboard/rate.ts';
import { Recent } from '../../../lib/local/dashboard/recent.ts';
import { SnapshotWriter } from '../../../lib/local/dashboard/snapshot-text.ts';
import { Throughput } from '../../../lib/local/dashboard/throughput.ts';
import type { MessageAlert, NoticeMessage } from '../../../lib/notify/message.ts';
import { lateMessages, quarantineMessages } from '../../../lib/quarantine/message.ts';
import type { QuarantineMessage } from '../../../lib/quarantine/message.ts';
import { weirLike } from './fake-stack.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:shop-dev-alerts';
const SOURCE = 'arn:aws:kinesis:us-east-1:000000000000:stream/shop-dev-events';
const PLAYBACK: Playback = {
  state: 'playing',
  speed: 'max',
  put: 0,
  total: 0,
  eventTime: undefined,
  from: undefined,
  to: undefined,
  passes: 0,
  loop: false,
};

let now: number;
let sums: Record<string, number>;
let shards: ShardStats[];
let board: Board;

beforeEach(() => {
  now = 1_000_000;
  sums = {};
  shards = [shard('shardId-000000000000')];
  board = new Board({ now: () => now, metrics: { sum: (name, of) => sums[`${of} ${name}`] ?? 0 } });
  board.watch({
    service: 'shop-dev',
    functions: ['aggregate', 'evaluate', 'notify'],
    plan: planGraph(weirLike(), [TOPIC]),
    mappings: [{ logicalId: 'Mapping2', functionKey: 'aggregate', sourceArn: SOURCE, stats: () => shards }],
  });
});

function shard(shardId: string, some: Partial<ShardStats> = {}): ShardStats {
  const none = { invocations: 0, retries: 0, batchesFailed: 0, batchesDiscarded: 0, recordsDiscarded: 0 };
  return {
    shardId,
    state: 'reading',
    iteratorAgeMs: 0,
    recordsRead: 0,
    recordsFiltered: 0,
    windowsClosed: 0,
    checkpoint: undefined,
    ...none,
    ...some,
  };
}

function look(put?: number): Snapshot {
  board.sample(put);
  return board.snapshot({ playback: PLAYBACK, faults: undefined });
}

function edge({ graph }: Snapshot, from: string, to: string): { count: number; perSecond: number } {
  const found = graph.edges.find((each) => each.from === from && each.to === to);
  return { count: found?.count ?? NaN, perSecond: found?.perSecond ?? NaN };
}

describe('Board', () => {
  test('counts records by shard and second, and what goes along the arrows', () => {
    look(0);
    for (let second = 1; second <= 4; second++) {
      now += 1000;
      shards = [shard('shardId-000000000000', { recordsRead: 100 * second, invocations: second })];
      sums['aggregate PanesWritten'] = 30 * second;
      look(120 * second);
    }
    now += 1000;
    const snapshot = look(480);
    expect(snapshot.mappings).toMatchObject([
      {
        function: 'aggregate',
        source: 'shop-dev-events',
        shards: [{ shardId: 'shardId-000000000000', records: 400, recordsPerSecond: 80 }],
      },
    ]);
    expect(snapshot.throughput.map(({ records }) => records)).toEqual([0, 100, 100, 100, 100]);
    expect(edge(snapshot, 'producer', 'resource:EventStream')).toEqual({ count: 480, perSecond: 96 });
    expect(edge(snapshot, 'resource:EventStream', 'function:aggregate')).toEqual({
      count: 400,
      perSecond: 80,
    });
    expect(edge(snapshot, 'function:aggregate', 'resource:AggregatesTable')).toEqual({
      count: 120,
      perSecond: 24,
    });
  });

  test("shows each lane's watermark at its shard", () => {
    board.setWatermarks(new Map([['shop-dev-events/shardId-000000000000', 42]]));
    shards = [shard('shardId-000000000000'), shard('shardId-000000000001')];
    const [mapping] = look().mappings;
    expect(mapping?.shards.map(({ watermark }) => watermark)).toEqual([42, undefined]);
  });

  test('shows the last of the shards that have ended, and counts them all', () => {
    shards = Array.from({ length: 40 }, (_, i) =>
      shard(`shardId-${i}`, { state: i < 38 ? 'ended' : 'reading', recordsRead: 1 }),
    );
    const snapshot = look();
    expect(snapshot.mappings[0]?.shards).toHaveLength(12);
    expect(edge(snapshot, 'resource:EventStream', 'function:aggregate').count).toBe(40);
  });

  test.each<[Omit<Extract<EngineEvent, { type: string }>, 'shardId'>, object | undefined]>([
    [{ type: 'succeeded', requestId: 'a', records: 5 } as never, undefined],
    [
      { type: 'failed', requestId: 'a', records: 5, reason: 'reported by the function', from: 2 } as never,
      { kind: 'failed', records: 5, reason: 'reported by the function, from record 2' },
    ],
    [
      { type: 'refused', requestId: 'a', records: 5, reason: 'too big' } as never,
      { kind: 'refused', records: 5, reason: 'too big' },
    ],
    [
      { type: 'bisected', parts: [3, 2] } as never,
      { kind: 'bisected', records: 5, reason: 'comes again as 3 and 2' },
    ],
    [
      { type: 'discarded', condition: 'RetryAttemptsExhausted', records: 5, message: {} } as never,
      { kind: 'gave up', records: 5, reason: 'RetryAttemptsExhausted' },
    ],
    [
      { type: 'sourceFailed', error: new RangeError('gone'), delayMs: 1 } as never,
      { kind: 'source', records: 0, reason: 'RangeError: gone' },
    ],
  ])('tells of failures: %o', (event, failure) => {
    board.event('aggregate', { shardId: 'shardId-1', ...event } as EngineEvent);
    const snapshot = look();
    const expected = failure && { at: now, function: 'aggregate', shardId: 'shardId-1', ...failure };
    expect(snapshot.failures).toEqual(expected === undefined ? [] : [expected]);
    const failing = snapshot.graph.nodes.filter((node) => node.failing).map(({ id }) => id);
    const where = event.type === 'sourceFailed' ? ['resource:EventStream'] : [];
    expect(failing).toEqual(failure === undefined ? [] : [...where, 'function:aggregate']);
    now += 10_000;
    expect(look().graph.nodes.every((node) => !node.failing)).toBe(true);
  });

  test('shows alerts as they change, those that fire first', () => {
    board.tell(message('firing', [alert('ORD', 'firing', 1), alert('ATL', 'firing', 2)]), TOPIC);
    board.tell(message('resolved', [alert('ATL', 'resolved', 3)]), TOPIC);
    board.tell(message('renotified', [alert('ORD', 'goes on', 4)]), TOPIC);
    const snapshot = look();
    expect(snapshot.alerts.map(({ key, state, at }) => [key, state, at])).toEqual([
      ['origin=ORD', 'firing', 1],
      ['origin=ATL', 'resolved', 3],
    ]);
    expect(snapshot.transitions.map(({ key, state }) => [key, state])).toEqual([
      ['origin=ATL', 'resolved'],
      ['origin=ATL', 'firing'],
      ['origin=ORD', 'firing'],
    ]);
    expect(snapshot.alerts[0]?.summary).toBe('FIRING congested origin=ORD: 54 min (>= 45), warning');
    expect(edge(snapshot, 'resource:AlertsTopic', 'subscriber').count).toBe(3);
  });

  test('keeps alerts that fire before ones that have resolved, however many there are', () => {
    board.tell(message('firing', [alert('ORD', 'firing', 1)]), TOPIC);
    for (let i = 0; i < 1_500; i++)
      board.tell(message('resolved', [alert(`A${i}`, 'resolved', 10 + i)]), TOPIC);
    const { alerts, transitions } = look();
    expect([alerts.length, transitions.length]).toEqual([200, 200]);
    expect(alerts.slice(0, 2).map(({ key }) => key)).toEqual(['origin=ORD', 'origin=A1499']);
  });

  test('shows what was set aside, why, and what became of it', () => {
    board.setAside(aside('1', '<img src=x onerror=alert(1)>'), 5);
    board.setAside(late('2', '{"time":"old"}'), 6);
    board.asideStays('stream:shard:1', 'still refused: not-json');
    board.asideGone('stream:shard:2');
    const { aside: rows, asideCounts } = look();
    expect(asideCounts).toEqual({ refused: 1, late: 1 });
    expect(rows).toMatchObject([
      { id: 'stream:shard:2', kind: 'late', at: 6, data: '{"time":"old"}', waiting: false },
      {
        id: 'stream:shard:1',
        kind: 'refused',
        reason: 'not-json: it is no JSON',
        origin: 'stream shard 1',
        data: '<img src=x onerror=alert(1)>',
        waiting: true,
        stays: 'still refused: not-json',
      },
    ]);
    board.asideGone('stream:shard:1');
    expect(look().aside[1]).not.toHaveProperty('stays');
  });

  test.each([
    ['text that is long', 'é'.repeat(9_000), `${'é'.repeat(2_000)}…`],
    ['text beyond the plane', '𝄞'.repeat(3_000), `${'𝄞'.repeat(1_000)}…`],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), 'fffe00'],
    ['nothing', '', ''],
  ])('shows %s', (_, bytes, shown) => {
    board.setAside(aside('1', bytes), 5);
    expect(look().aside[0]?.data).toBe(shown);
  });

  test('does not grow with time', () => {
    const size = (): number => JSON.stringify(look()).length;
    const busy = (): void => {
      for (let i = 0; i < 1_100; i++) {
        now += 1000;
        board.event('aggregate', {
          shardId: 'shardId-1',
          type: 'failed',
          requestId: 'a',
          records: 1,
          reason: 'no',
        });
        board.setAside(aside(String(now), 'x'), now);
        board.log('aggregate', 'a line');
        board.tell(message('firing', [alert(String(now), 'firing', now)]), TOPIC);
        board.sample(now);
      }
    };
    busy();
    const before = size();
    busy();
    expect(Math.abs(size() - before)).toBeLessThan(before / 100);
    expect(board.logs('aggregate')).toHaveLength(500);
    expect(look().asideCounts.refused).toBe(2_200);
  });

  test('writes a snapshot as JSON, and says what is news', () => {
    const writer = new SnapshotWriter();
    const first = look();
    expect(JSON.parse(writer.write(first).text)).toEqual(JSON.parse(JSON.stringify(first)));
    now += 50;
    expect(writer.write(look()).isNews).toBe(false);
    board.setAside(late('1', 'x'), 1);
    const third = look();
    expect(writer.write(third)).toEqual({ text: JSON.stringify(third), isNews: true });
  });
});

test('the youngest of many things are kept', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer(), { maxLength: 100 }),
      (most, items) => {
        const recent = new Recent<number>(most);
        for (const item of items) {
          recent.add(item);
          recent.list();
        }
        expect(recent.list()).toEqual(items.slice(-most).reverse());
      },
    ),
  );
});

test('a steady count has its own rate, however often it is looked at', () => {
  const gaps = fc.array(fc.integer({ min: 10, max: 2_000 }), { minLength: 20, maxLength: 60 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 1_000 }), (steps, perMs) => {
      const rate = new Rate();
      let at = 7;
      for (const step of [0, 1_000, ...steps]) rate.sample((at += step), at * perMs);
      expect(rate.perSecond()).toBeCloseTo(1000 * perMs, 6);
      expect(rate.total).toBe(at * perMs);
      for (let i = 0; i < 6; i++) rate.sample((at += 1_000), rate.total);
      expect(rate.perSecond()).toBe(0);
    }),
  );
});

test('what was counted in each second adds up, with the seconds in which nothing was', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.nat(50)), { maxLength: 80 });
  fc.assert(
    fc.property(steps, (counted) => {
      const throughput = new Throughput(1_000);
      let at = 10_500;
      throughput.add(at, 0);
      const wanted = new Map<number, number>();
      for (const [step, records] of counted) {
        at += step;
        throughput.add(at, records);
        const second = 1000 * Math.floor(at / 1000);
        wanted.set(second, (wanted.get(second) ?? 0) + records);
      }
      const points = throughput.list();
      points.forEach((point, i) => {
        expect(point).toEqual({ at: 10_000 + 1000 * i, records: wanted.get(10_000 + 1000 * i) ?? 0 });
      });
      expect(points).toHaveLength(Math.floor(at / 1000) - 10);
    }),
  );
});

function message(kind: NoticeMessage['kind'], alerts: readonly MessageAlert[]): NoticeMessage {
  return {
    version: 2,
    id: `${kind} ${alerts.map(({ at }) => at).join()}`,
    kind,
    state: kind === 'resolved' ? 'resolved' : 'firing',
    alert: 'congested',
    severity: 'warning',
    group: {},
    labels: {},
    at: new Date(9).toISOString(),
    since: new Date(0).toISOString(),
    counts: { firing: 1, resolved: 0, heldBack: 0, leftOut: 0 },
    alerts,
    links: {},
  };
}

function alert(origin: string, news: MessageAlert['news'], at: number): MessageAlert {
  const time = new Date(at).toISOString();
  return {
    key: { origin },
    state: news === 'resolved' ? 'resolved' : 'firing',
    news,
    severity: 'warning',
    since: time,
    at: time,
    window: { start: time, end: time },
    judged: 'final',
    missing: false,
    value: { delay: 54 },
    shown: { value: 54, threshold: 45, unit: 'min' },
  };
}

function aside(sequence: string, bytes: string | Buffer): QuarantineMessage {
  const origin = { source: 'stream', shard: 'shard', sequence };
  return quarantineMessages({
    origin,
    bytes: Buffer.from(bytes as string),
    reason: 'not-json',
    detail: 'it is no JSON',
  })[0]!;
}

function late(sequence: string, text: string): QuarantineMessage {
  const origin = { source: 'stream', shard: 'shard', sequence };
  return lateMessages({ origin, bytes: Buffer.from(text), aggregates: ['departures'] }, 0)[0]!;
}
