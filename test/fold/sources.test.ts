import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LaneBatch } from '../../lib/decode/record.ts';
import { foldBatch } from '../../lib/fold/batch.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import type { LaneProgress } from '../../lib/fold/lane.ts';
import { mergeAccs, resultsOf, type Pane } from '../../lib/fold/pane.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import { sequence } from '../support/kinesis.ts';
import { laneOfContents } from '../support/lanes.ts';
import market from '../support/market.ts';
import { minutes, pipeline as single } from '../support/pipeline.ts';

const bid = (minute: number, price = 1, auction = 'a') => ({
  type: 'bid',
  at: minutes(minute),
  auction,
  price,
});
const opening = (minute: number) => ({ type: 'auction', at: minutes(minute), auction: 'a' });
const order = (minute: number, amount = 1) => ({ at: minutes(minute), amount });
const click = { type: 'click', at: minutes(0) };

const strict: Pipeline = { ...market, unmatched: 'quarantine' };

describe('the interpreter of several sources', () => {
  const interpret = createInterpreter(market);

  it('reads an event for the aggregates of its source, and has no key for the others', () => {
    expect(interpret(bid(1, 7), undefined, 'x-events')).toMatchObject({
      time: minutes(1),
      keys: ['a', '', undefined, undefined],
      inputs: [1, 7, 7, 1, 7, undefined, undefined, undefined],
    });
    expect(interpret(order(2, 5), undefined, 'x-orders')).toMatchObject({
      time: minutes(2),
      keys: [undefined, undefined, undefined, ''],
      inputs: [undefined, undefined, undefined, undefined, undefined, undefined, 1, 5],
    });
  });

  it('reads an event by the schema of its source alone', () => {
    expect(interpret({ ...bid(1), price: 'dear' }, undefined, 'x-events')).toMatchObject({
      reason: 'wrong-schema',
    });
    expect(interpret(bid(1), undefined, 'x-orders')).toMatchObject({ reason: 'wrong-schema' });
  });

  it('judges each source by maxAhead', () => {
    expect(interpret(order(61), minutes(0), 'x-orders')).toMatchObject({ reason: 'too-far-ahead' });
    expect(interpret(opening(61), minutes(0), 'x-events')).toMatchObject({ reason: 'too-far-ahead' });
    expect(interpret(opening(60), minutes(0), 'x-events')).toMatchObject({ time: minutes(60) });
  });

  it('refuses what is of no source, or passes it over', () => {
    expect(interpret(click, undefined, 'x-events')).toBe('ignored');
    expect(createInterpreter(strict)(click, undefined, 'x-events')).toMatchObject({ reason: 'unknown-type' });
  });

  it('reads events of one source with no discriminator whatever their stream', () => {
    const view = { at: minutes(0), page: 'home' };

    expect(createInterpreter(single)(view, undefined, 'anything')).toMatchObject({ time: minutes(0) });
  });
});

describe('a batch with events of several sources', () => {
  const lane = laneOfContents('x-events', [
    bid(0),
    click,
    opening(1),
    { type: 'click', at: 'whenever' },
    bid(2),
  ]);

  it('counts what is of no source, and is past it', () => {
    const batch = foldBatch(market, lane, undefined);

    expect(batch).toMatchObject({ ignored: 2, fresh: 5, quarantined: [], late: [] });
    expect(batch.progress).toEqual({ mark: sequence(4), maxEventTime: minutes(2) });
  });

  it('sets it aside unless the pipeline passes it over', () => {
    const { ignored, quarantined } = foldBatch(strict, lane, undefined);

    expect(ignored).toBe(0);
    expect(quarantined).toMatchObject([
      {
        reason: 'unknown-type',
        origin: { sequence: sequence(1) },
        bytes: Buffer.from(JSON.stringify(click)),
      },
      { reason: 'unknown-type', origin: { sequence: sequence(3) } },
    ]);
  });

  it('sets aside what is no JSON all the same', () => {
    const batch = foldBatch(market, laneOfContents('x-events', [Buffer.from('nope')]), undefined);

    expect(batch).toMatchObject({ ignored: 0, quarantined: [{ reason: 'not-json' }] });
  });

  it('does not count what it has been past before', () => {
    const before = { mark: sequence(1), maxEventTime: minutes(0) };

    expect(foldBatch(market, lane, before)).toMatchObject({ ignored: 1, fresh: 3, repeated: 2 });
  });

  it('counts each of several in a record', () => {
    const lines = [bid(0), click, click].map((one) => JSON.stringify(one)).join('\n');

    expect(foldBatch(market, laneOfContents('x-events', [Buffer.from(lines)]), undefined)).toMatchObject({
      ignored: 2,
      fresh: 3,
    });
  });

  it('leaves the lane idle if nothing in it is an event for the pipeline', () => {
    const idle = foldBatch(market, laneOfContents('x-events', [click, click]), undefined);
    const refused = foldBatch(market, laneOfContents('x-events', [click, Buffer.from('nope')]), undefined);

    expect(idle.progress).toEqual({ mark: sequence(1), maxEventTime: -Infinity, isIdle: true });
    expect(refused.progress).toEqual({ mark: sequence(1), maxEventTime: -Infinity });
  });

  it('takes an event for what its stream says', () => {
    const both = { ...bid(0), amount: 3 };

    expect(panesOf(foldBatch(market, laneOfContents('x-events', [both]), undefined).panes)).toEqual([
      'bidding',
      'paid',
    ]);
    expect(panesOf(foldBatch(market, laneOfContents('x-orders', [both]), undefined).panes)).toEqual([
      'sales',
    ]);
  });
});

function panesOf(panes: readonly Pane[]): string[] {
  return panes.map(({ aggregate }) => aggregate.name);
}

describe('a mixed stream, in whatever lanes and batches it comes', () => {
  const half = fc.integer({ min: 0, max: 8 });
  const event = fc.oneof(
    fc.record({ kind: fc.constant('bid' as const), half, value: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ kind: fc.constant('auction' as const), half, value: fc.constant(1) }),
    fc.record({ kind: fc.constant('click' as const), half, value: fc.constant(1) }),
    fc.record({ kind: fc.constant('order' as const), half, value: fc.integer({ min: 1, max: 9 }) }),
  );
  // Nothing is late: what is depends on the lane, and other tests are about that.
  const patient: Pipeline = { ...market, maxOutOfOrderness: 60 * 60_000 };

  it('gives the panes that each kind gives by itself', () => {
    const placed = fc.record({ event, shard: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(placed, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (all, size) => {
        const lanes = new Map<string, unknown[]>();
        for (const { event, shard } of all) {
          const name = `${event.kind === 'order' ? 'x-orders' : 'x-events'} ${shard}`;
          lanes.set(name, [...(lanes.get(name) ?? []), contentOf(event)]);
        }
        const mixed: Pane[] = [];
        for (const [name, contents] of lanes) {
          const [stream = '', shard = ''] = name.split(' ');
          mixed.push(...inBatches(laneOfContents(stream, contents, shard), size));
        }
        const alone = (['bid', 'auction', 'click', 'order'] as const).flatMap((kind) => {
          const own = all.filter(({ event }) => event.kind === kind).map(({ event }) => contentOf(event));
          return inBatches(laneOfContents(kind === 'order' ? 'x-orders' : 'x-events', own), own.length + 1);
        });

        const wanted = byHand(all.map(({ event }) => event));
        expect(merged(mixed)).toEqual(wanted);
        expect(merged(alone)).toEqual(wanted);
      }),
    );
  });

  interface Drawn {
    readonly kind: 'bid' | 'auction' | 'click' | 'order';
    readonly half: number;
    readonly value: number;
  }

  function contentOf({ kind, half, value }: Drawn): unknown {
    if (kind === 'bid') return bid(half / 2, value, value > 4 ? 'b' : 'a');
    if (kind === 'order') return order(half / 2, value);
    return kind === 'auction' ? opening(half / 2) : click;
  }

  function inBatches(lane: LaneBatch, size: number): Pane[] {
    let before: LaneProgress | undefined;
    const panes: Pane[] = [];
    for (let from = 0; from < lane.records.length; from += size) {
      const batch = foldBatch(patient, { ...lane, records: lane.records.slice(from, from + size) }, before);
      expect([batch.quarantined, batch.late]).toEqual([[], []]);
      panes.push(...batch.panes);
      before = batch.progress ?? before;
    }
    return panes;
  }

  function merged(panes: readonly Pane[]): Record<string, unknown> {
    const sums = new Map<string, Pane>();
    for (const pane of panes) {
      const name = `${pane.aggregate.name} ${pane.key} ${pane.start}`;
      const sum = sums.get(name);
      if (sum === undefined) sums.set(name, pane);
      else mergeAccs(pane.aggregate, sum.accs, pane.accs);
    }
    return Object.fromEntries(
      [...sums].map(([name, { aggregate, accs }]) => [name, resultsOf(aggregate, accs)]),
    );
  }

  function byHand(events: readonly Drawn[]): Record<string, Record<string, number>> {
    const panes: Record<string, Record<string, number>> = {};
    const add = (name: string, sums: Record<string, number>, highest?: number): void => {
      const pane = (panes[name] ??= {});
      for (const [measure, by] of Object.entries(sums)) pane[measure] = (pane[measure] ?? 0) + by;
      if (highest !== undefined) pane.highest = Math.max(pane.highest ?? -Infinity, highest);
    };
    for (const { kind, half, value } of events) {
      const [minute, five] = [minutes(Math.floor(half / 2)), minutes(0)];
      if (kind === 'bid') {
        add(`bidding ${value > 4 ? 'b' : 'a'} ${minute}`, { n: 1, total: value }, value);
        add(`paid  ${five}`, { n: 1, total: value });
      }
      if (kind === 'auction') add(`opened  ${five}`, { n: 1 });
      if (kind === 'order') add(`sales  ${minute}`, { n: 1, revenue: value });
    }
    return panes;
  }
});
