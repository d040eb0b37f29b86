import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readSeries } from '../../bench/nab/corpus.ts';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import type { AnomalyCondition } from '../../lib/anomaly/condition.ts';
import { anomaly, definePipeline, max, sum, tumbling } from '../../lib/index.ts';
import { alertNamed } from '../../lib/pipeline/pipeline.ts';
import { alertItem } from '../../lib/store/alert-item.ts';
import { itemBytes } from '../../lib/store/item-size.ts';
import { alertOf, crashing, LiveRules, replayedRules, type Happening } from '../support/live-rules.ts';
import { MINUTE, minutes, T0 } from '../support/pipeline.ts';

const reading = z.object({ at: z.number(), sensor: z.string(), value: z.number() });

const watched = anomaly({ season: 'none', minHistory: 20 });
const over = tumbling('1m');
const pipeline = definePipeline(reading, {
  eventTime: (event) => event.at,
  maxOutOfOrderness: '0s',
  maxAhead: '3650d',
  aggregates: {
    readings: {
      key: { sensor: (event) => event.sensor },
      pane: '1m',
      retain: '30d',
      allowedLateness: '5m',
      measures: { total: sum((event) => event.value), most: max((event) => event.value) },
    },
  },
  alerts: {
    odd: { on: 'readings', over, when: watched, value: (w) => w.total },
    lasting: {
      on: 'readings',
      over,
      when: watched,
      value: (w) => w.total,
      for: '2m',
      keepFiringFor: '3m',
      severity: 'critical',
    },
    often: { on: 'readings', over, when: watched, value: (w) => w.total, atLeast: { windows: 2, of: 4 } },
    kept: {
      on: 'readings',
      over,
      when: watched,
      value: (w) => w.total,
      atLeast: { windows: 2, of: 3 },
      missing: 'keep',
    },
    broken: { on: 'readings', over, when: watched, value: (w) => w.total, missing: 'breach', judge: 'final' },
    ignored: {
      on: 'readings',
      over,
      when: watched,
      value: (w) => w.total,
      missing: 'ignore',
      keepFiringFor: '2m',
    },
    both: { of: ['odd', 'often'], when: ({ odd, often }) => odd === true && often === true },
  },
});

interface Step {
  /** Minutes after the one before. */
  readonly after: number;
  readonly value: number;
  readonly look: boolean;
}

const step = (value: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
  fc.record({
    after: fc.oneof(
      { weight: 12, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.constantFrom(0, 0.5, 2, 3, 9) },
    ),
    value,
    look: fc.boolean(),
  });
const usual = fc.array(step(fc.integer({ min: 48, max: 52 })), { minLength: 20, maxLength: 60, size: 'max' });
const odd = fc.array(step(fc.constantFrom(500, 5_000, -900)), { minLength: 1, maxLength: 6 });
const history = fc.tuple(usual, usual, odd, usual, odd, usual).map((parts): readonly Step[] => parts.flat());
const END = minutes(1e4);

function happen(list: readonly Step[]): Happening[] {
  let minute = 0;
  return list.map(({ after, value, look }) => {
    minute += after;
    return { event: { at: minutes(minute), sensor: 'a', value }, look };
  });
}

const lines = (states: readonly AlertState[]) =>
  states.map((state) => `${alertOf(state)} ${state.status} at ${(state.at - T0) / MINUTE}`);

/** What `odd` comes to, by the detector alone and plain arithmetic. */
function plain(list: readonly Step[]): string[] {
  const totals = new Map<number, number>();
  let minute = 0;
  for (const { after, value } of list) {
    minute += after;
    totals.set(Math.floor(minute), (totals.get(Math.floor(minute)) ?? 0) + value);
  }
  const state = watched.detector.empty();
  const told: string[] = [];
  let isFiring = false;
  for (let start = 0; start <= minute + 1; start++) {
    const total = totals.get(start);
    let isOdd = false;
    if (total !== undefined) {
      const { flagged, low, high } = watched.detector.observe(state, minutes(start), total);
      isOdd = flagged || (isFiring && (total < low || total > high));
    }
    if (isOdd !== isFiring) told.push(`odd|a ${isOdd ? 'firing' : 'resolved'} at ${start + 1}`);
    isFiring = isOdd;
  }
  return told;
}

describe('a rule that watches for anomalies', () => {
  it('comes live, in a replay and by the detector alone to the same, however often one looks', async () => {
    const turns = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(history, async (list) => {
        const told = await new LiveRules(pipeline).run(happen(list), END);

        expect(told).toEqual(replayedRules(pipeline, happen(list), END));
        expect(lines(told.filter(({ alert }) => alert === 'odd'))).toEqual(plain(list));
        for (const { alert, status } of told)
          turns.set(`${alert} ${status}`, 1 + (turns.get(`${alert} ${status}`) ?? 0));
      }),
      { numRuns: 40 },
    );
    for (const { name } of pipeline.alerts) expect(turns.get(`${name} firing`) ?? 0, name).toBeGreaterThan(3);
  });

  it('is the same with several evaluators at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), history, async (s, list) => {
        const live = new LiveRules(pipeline);
        live.hook = () => s.schedule(Promise.resolve());

        const told = await live.run(happen(list), END, (names) =>
          s.waitFor(Promise.all([evaluate(live.context, names), evaluate(live.context, names)])),
        );

        expect(told).toEqual(replayedRules(pipeline, happen(list), END));
      }),
      { numRuns: 20 },
    );
  });

  it('is the same after a crash at any step, once it is repeated', async () => {
    const survives = fc.array(fc.nat({ max: 60 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(history, survives, async (list, steps) => {
        const live = new LiveRules(pipeline);

        const told = await live.run(happen(list), END, crashing(live, steps));

        expect(told).toEqual(replayedRules(pipeline, happen(list), END));
      }),
      { numRuns: 40 },
    );
  });

  it('goes on where it was after a crash between the writes of one walk', async () => {
    // Flags each seventh value that it learns: over fifty transitions in a walk, which take more than one write.
    const { detector } = watched;
    const seventh: AnomalyCondition = {
      detector: {
        ...detector,
        observe: (state, time, value) => {
          const observed = detector.observe(state, time, value);
          return { ...observed, low: value, high: value, flagged: state.count % 7 === 0 };
        },
      },
    };
    const rule = { ...alertNamed(pipeline, 'odd')!, anomaly: seventh };
    const list = Array.from({ length: 500 }, (_, i): Step => ({ after: 1, value: i % 5, look: false }));
    const whole = Array.from({ length: 71 }, (_, i) => [
      `odd|a firing at ${7 * (i + 1) + 1}`,
      `odd|a resolved at ${7 * (i + 1) + 2}`,
    ]).flat();
    for (const survived of [1, 2]) {
      const live = new LiveRules({ ...pipeline, alerts: [rule] });
      let writes = 0;
      live.alerts.hook = (what) => {
        if (what === 'write' && writes++ === survived) throw new Error('crash');
      };

      const told = await live.run(happen(list), END, (names) =>
        evaluate(live.context, names).catch(() => evaluate(live.context, names)),
      );

      expect(lines(told)).toEqual(whole);
    }
  });

  it('leaves a window that it has seen as it was, whatever comes late', async () => {
    const list = Array.from({ length: 100 }, (_, i) => ({
      at: minutes(i),
      sensor: 'a',
      value: 50 + (i % 3),
    }));
    const events: Happening[] = list.map((event) => ({ event, look: true }));
    const live = new LiveRules(pipeline);
    await live.run(events, minutes(100));
    const before = await live.alerts.read('odd', 'a');

    const late = { at: minutes(98), sensor: 'a', value: 1e6 };
    const again = new LiveRules(pipeline);
    const told = await again.run([...events, { event: late, look: true }], minutes(100));

    expect(told.filter(({ alert }) => alert === 'odd')).toEqual([]);
    expect(await again.alerts.read('odd', 'a')).toEqual({ ...before, revision: before?.revision });
  });

  it('says what was expected, and keeps less than 3 KB of a key', async () => {
    const hours = definePipeline(reading, {
      eventTime: (event) => event.at,
      maxAhead: '3650d',
      aggregates: {
        readings: {
          key: { sensor: (event) => event.sensor },
          pane: '1h',
          retain: '60d',
          measures: { total: sum((event) => event.value) },
        },
      },
      alerts: {
        odd: { on: 'readings', over: tumbling('1h'), value: (w) => w.total, when: anomaly() },
      },
    });
    const values = Array.from({ length: 1_000 }, (_, i) => (i === 999 ? 9_000 : 50 + ((i * i * 7) % 11)));
    const live = new LiveRules(hours);

    const told = await live.run(
      values.map((value, i) => ({ event: { at: minutes(60 * i), sensor: 'a', value }, look: false })),
      minutes(60_000),
    );

    expect(told).toMatchObject([{ alert: 'odd', status: 'firing', at: minutes(60_000), shown: 9_000 }]);
    const { expected, low, high, actual } = told[0]!.band!;
    expect(actual).toBe(9_000);
    expect(low!).toBeLessThan(expected);
    expect(high!).toBeGreaterThan(expected);
    expect(high!).toBeLessThan(200);
    const record = await live.alerts.read('odd', 'a');
    const size = itemBytes(alertItem(record!, []));
    expect(size).toBeGreaterThan(1_500);
    expect(size).toBeLessThan(3_000);
  });
});

// The data of the Numenta Anomaly Benchmark, if they are there.
const NAB = process.env.NAB_DATA ?? '.weir/nab/data';
const SERIES = [
  'realKnownCause/ambient_temperature_system_failure.csv',
  'realAWSCloudwatch/ec2_cpu_utilization_5f5533.csv',
];
const isThere = SERIES.every((name) => existsSync(`${NAB}/${name}`));

describe.runIf(isThere)(
  `recorded series${isThere ? '' : `: skipped, as ${NAB} has none; NAB_DATA says where they are`}`,
  () => {
    it.each(SERIES)('%s has the flags of the detector alone', async (name) => {
      const { times, values } = readSeries(name, await readFile(`${NAB}/${name}`, 'utf8'));
      const condition = anomaly();
      const series = definePipeline(reading, {
        eventTime: (event) => event.at,
        maxOutOfOrderness: '0s',
        maxAhead: '3650d',
        aggregates: {
          readings: {
            key: { sensor: (event) => event.sensor },
            pane: '1m',
            measures: { value: max((event) => event.value) },
          },
        },
        alerts: {
          odd: {
            on: 'readings',
            over: tumbling('1m'),
            value: (w) => w.value,
            when: condition,
            // What is flagged fires; what follows clears, so that the next flag fires again.
            clear: () => true,
          },
        },
      });
      const state = condition.detector.empty();
      const seen = new Set<number>();
      const flagged: number[] = [];
      const events: Happening[] = [];
      times.forEach((time, i) => {
        const value = values[i] ?? 0;
        // Where clocks went back, a time comes twice.
        if (time <= Math.max(-Infinity, ...[...seen].slice(-1))) return;
        seen.add(time);
        if (condition.detector.observe(state, time, value).flagged) flagged.push(time);
        events.push({ event: { at: time, sensor: 'a', value }, look: false });
      });

      const told = replayedRules(series, events, Math.max(...times.slice(-1)) + MINUTE);

      const fired = told.filter(({ status }) => status === 'firing').map(({ windowStart }) => windowStart);
      expect(flagged.length).toBeGreaterThan(1);
      expect(fired).toEqual(flagged);
    });
  },
);
