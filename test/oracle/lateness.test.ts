import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { handleAggregate } from '../../lib/handle/aggregate.ts';
import { count, definePipeline, sum } from '../../lib/index.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { Replay, type ReplayLane } from '../../lib/replay/replay.ts';
import { isWithoutRecords, readPaneItem } from '../../lib/store/pane-item.ts';
import { isoTime } from '../../lib/time/event-time.ts';
import { kinesisRecord } from '../support/kinesis.ts';
import { MemoryPaneStore, type Fault } from '../support/memory-pane-store.ts';
import {
  liveVerdicts,
  replayVerdicts,
  startOf,
  type GivenPane,
  type LaneEvent,
  type Rules,
  type Step,
} from './lateness.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const T0 = Date.UTC(2024, 0, 1);
// A sum of different powers of two tells which events are in it.
const MOST_EVENTS = 50;

const measures = { n: count<{ bit: number }>(), bits: sum(({ bit }: { bit: number }) => bit) };
const pipeline = definePipeline(z.object({ at: z.number(), bit: z.number() }), {
  eventTime: (event) => event.at,
  maxOutOfOrderness: '30s',
  maxAhead: '5m',
  aggregates: {
    prompt: { key: {}, pane: '1m', measures },
    patient: { key: {}, pane: '1m', allowedLateness: '10m', measures },
    wide: { key: {}, pane: '5m', allowedLateness: '2m', measures },
    ever: { key: {}, pane: 'global', measures },
  },
});
const rules: Rules = {
  maxOutOfOrderness: 30 * SECOND,
  maxAhead: 5 * MINUTE,
  aggregates: {
    prompt: { pane: MINUTE, allowedLateness: 0 },
    patient: { pane: MINUTE, allowedLateness: 10 * MINUTE },
    wide: { pane: 5 * MINUTE, allowedLateness: 2 * MINUTE },
    ever: { pane: Infinity, allowedLateness: 0 },
  },
};

const laneName = fc.constantFrom('a', 'b', 'c');
// Times go on by a minute or so, leap now and then, and come in any disorder; some clocks are minutes ahead.
const event = fc.record({
  lane: laneName,
  on: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 6 }) },
    { weight: 1, arbitrary: fc.constantFrom(60, 120) },
  ),
  back: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 5 }) },
    { weight: 2, arbitrary: fc.integer({ min: 6, max: 100 }) },
  ),
  ahead: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: -10, max: 30 }) },
    { weight: 1, arbitrary: fc.integer({ min: 28, max: 60 }) },
  ),
});
const events = fc
  .array(event, { minLength: 1, maxLength: MOST_EVENTS, size: 'max' })
  .map((drawn): LaneEvent[] => {
    let now = T0 + 60 * MINUTE;
    return drawn.map(({ lane, on, back, ahead }) => {
      now += on * 10 * SECOND;
      const time = now - back * 10 * SECOND;
      return { lane, time, arrival: time - ahead * 10 * SECOND };
    });
  });

const contentOf = ({ time }: LaneEvent, i: number) => ({ at: time, bit: 2 ** i });

function bitsOf(places: readonly number[]): number {
  return places.reduce((bits, i) => bits + 2 ** i, 0);
}

describe('the live path', () => {
  const delivery = fc.record({
    size: fc.integer({ min: 1, max: 12 }),
    back: fc.integer({ min: 0, max: 6 }),
    faults: fc.array(fc.constantFrom<Fault>(undefined, undefined, undefined, 'lost', 'unanswered'), {
      maxLength: 8,
    }),
  });

  interface Outcome {
    /** Sums of bits by lane, aggregate and start. */
    readonly panes: Record<string, number>;
    /** What was told of each record that is not in all aggregates, by its bit. */
    readonly told: Record<number, string[]>;
  }

  /** Puts each lane's records through the handler in these deliveries, over and over until all have been dealt with. */
  async function outcomeOf(
    all: readonly LaneEvent[],
    deliveries: readonly { size: number; back: number; faults: readonly Fault[] }[],
  ): Promise<Outcome> {
    const store = new MemoryPaneStore();
    const told: Record<number, Set<string>> = {};
    const interpret = createInterpreter(pipeline);
    const quarantine = (messages: readonly QuarantineMessage[]): Promise<void> => {
      for (const message of messages) {
        const { bit } = JSON.parse(Buffer.from(message.data, 'base64').toString()) as { bit: number };
        (told[bit] ??= new Set()).add(textOf(message));
      }
      return Promise.resolve();
    };
    for (const lane of ['a', 'b', 'c']) {
      const records = all.flatMap((one, i) =>
        one.lane === lane ? [kinesisRecord(i, contentOf(one, i), { shard: lane, arrival: one.arrival })] : [],
      );
      let step = 0;
      for (let at = 0; at < records.length;) {
        const { size, back, faults } = deliveries[step++] ?? { size: records.length, back: 0, faults: [] };
        const next = faults[Symbol.iterator]();
        store.fault = () => next.next().value;
        const batch = records.slice(Math.max(0, at - back), at + size);
        const report = await handleAggregate(
          { pipeline, interpret, store, quarantine, concurrency: 2, mayGoOn: () => true },
          { Records: batch },
        );
        const [failure] = report.response.batchItemFailures;
        at =
          failure === undefined
            ? at + size
            : records.findIndex(({ kinesis }) => kinesis.sequenceNumber === failure.itemIdentifier);
      }
    }
    return {
      panes: panesOf(store),
      told: Object.fromEntries(Object.entries(told).map(([bit, texts]) => [bit, [...texts]])),
    };
  }

  function textOf({ reason, aggregates, detail }: QuarantineMessage): string {
    return reason === 'late' ? `late for ${aggregates?.join()}: ${detail.split(' stood at ')[1]}` : reason;
  }

  function panesOf(store: MemoryPaneStore): Record<string, number> {
    const panes: Record<string, number> = {};
    for (const [name, item] of store.items) {
      const aggregate = pipeline.aggregates.find((one) => name.startsWith(`${one.name}|`));
      if (aggregate === undefined || isWithoutRecords(item)) continue;
      panes[name] = resultsOf(aggregate, readPaneItem(aggregate, item).accs).bits as number;
    }
    return panes;
  }

  function modelled(all: readonly LaneEvent[]): Outcome {
    const panes: Record<string, number> = {};
    const told: Record<number, string[]> = {};
    for (const [i, verdict] of liveVerdicts(rules, all).entries()) {
      const { lane, time } = all[i]!;
      if (verdict === 'refused') {
        told[2 ** i] = ['too-far-ahead'];
        continue;
      }
      const { lateFor, watermark } = verdict;
      if (lateFor.length > 0) told[2 ** i] = [`late for ${lateFor.join()}: ${isoTime(watermark)}`];
      for (const [name, { pane }] of Object.entries(rules.aggregates)) {
        if (lateFor.includes(name)) continue;
        const at = `${name}||${startOf(time, pane)}|views/${lane}`;
        panes[at] = (panes[at] ?? 0) + 2 ** i;
      }
    }
    return { panes, told };
  }

  it('counts, refuses and tells of exactly what the model does, however batches are cut and repeated', async () => {
    const seen = { refused: 0, late: 0, lateForAll: 0 };
    await fc.assert(
      fc.asyncProperty(events, fc.array(delivery, { maxLength: 20 }), async (all, deliveries) => {
        const expected = modelled(all);

        expect(await outcomeOf(all, deliveries)).toEqual(expected);

        for (const [text] of Object.values(expected.told)) {
          if (text === 'too-far-ahead') seen.refused++;
          else seen.late++;
          if (text?.includes('prompt,patient,wide') === true) seen.lateForAll++;
        }
      }),
      { numRuns: 200 },
    );
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(20);
  });
});

describe('a replay', () => {
  const ends = fc.array(fc.record({ at: fc.nat(MOST_EVENTS), lane: laneName }), { maxLength: 4 });

  /** Events, and between them ends of lanes, which may speak again. */
  function stepsOf(all: readonly LaneEvent[], ended: readonly { at: number; lane: string }[]): Step[] {
    return all.flatMap((one, i): Step[] => [
      ...ended.filter(({ at }) => at === i).map(({ lane }): Step => ({ lane, ends: true })),
      one,
    ]);
  }

  function replayed(lanes: readonly string[], steps: readonly Step[]) {
    const given: Omit<GivenPane, 'events'>[] = [];
    const bits: number[] = [];
    let after = 0;
    const replay = new Replay(pipeline, {
      pane: ({ aggregate, start, accs }, isFinal) => {
        given.push({ after, aggregate: aggregate.name, start, isFinal });
        bits.push(resultsOf(aggregate, accs).bits as number);
      },
      alert: () => undefined,
      refused: () => undefined,
    });
    const known = new Map<string, ReplayLane>(lanes.map((lane) => [lane, replay.lane()]));
    const laneOf = (name: string): ReplayLane => {
      const lane = known.get(name) ?? replay.lane();
      known.set(name, lane);
      return lane;
    };
    const verdicts = steps.map((step, i) => {
      after = i;
      const lane = laneOf(step.lane);
      if ('ends' in step) {
        replay.end(lane);
        return undefined;
      }
      return replay.add(lane, contentOf(step, i), step.arrival);
    });
    after = steps.length;
    replay.finish();
    return { verdicts, panes: given.map((pane, i) => ({ ...pane, bits: bits[i] })) };
  }

  function shown(verdicts: readonly unknown[]): unknown[] {
    return verdicts.map((verdict) => {
      const { reason, lateFor, watermark } = (verdict ?? {}) as {
        reason?: string;
        lateFor?: readonly { name: string }[];
        watermark?: number;
      };
      return (
        reason ?? (lateFor === undefined ? 'in' : `${lateFor.map(({ name }) => name).join()} by ${watermark}`)
      );
    });
  }

  const byName = (a: { aggregate: string; start: number }, b: { aggregate: string; start: number }): number =>
    a.aggregate.localeCompare(b.aggregate) || a.start - b.start;

  it('has each event where the model has it, and gives each pane once, when the model does', () => {
    const seen = { refused: 0, late: 0, early: 0 };
    fc.assert(
      fc.property(events, ends, fc.subarray(['a', 'b', 'c']), (all, ended, lanes) => {
        const steps = stepsOf(all, ended).slice(0, MOST_EVENTS);
        const model = replayVerdicts(rules, lanes, steps);
        const { verdicts, panes } = replayed(lanes, steps);

        expect(shown(verdicts)).toEqual(
          model.verdicts.map((verdict) => {
            if (verdict === 'refused') return 'too-far-ahead';
            if (verdict === undefined || verdict.lateFor.length === 0) return 'in';
            return `${verdict.lateFor.join()} by ${verdict.watermark}`;
          }),
        );
        expect(panes.sort(byName)).toEqual(
          model.given.map(({ events: places, ...pane }) => ({ ...pane, bits: bitsOf(places) })).sort(byName),
        );

        for (const verdict of model.verdicts) {
          if (verdict === 'refused') seen.refused++;
          else if (verdict !== undefined && verdict.lateFor.length > 0) seen.late++;
        }
        seen.early += model.given.filter(({ after }) => after < steps.length).length;
      }),
      { numRuns: 300 },
    );
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(50);
  });
});
