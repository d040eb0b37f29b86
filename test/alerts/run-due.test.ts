import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import type { Pane } from '../../lib/fold/pane.ts';
import type { PaneName } from '../../lib/store/keys.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import {
  MemoryAcknowledgementStore,
  MemoryGroupStore,
  MemorySilenceStore,
} from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { minutes, pipeline, slow, withWhen } from '../support/pipeline.ts';

const KEYS = ['a', 'b', 'broken', 'c', 'd'];
const MINUTES = 12;

const nameOf = ({ aggregate, key, start }: Pane): PaneName => {
  return { aggregate: aggregate.name, key, start, lane: 'l' };
};

/** A backlog of panes whose timers are set, and that nobody has judged. */
async function backlog(slice: number, mayGoOn: () => boolean = () => true) {
  const [panes, alerts, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const context = {
    pipeline: {
      ...pipeline,
      alerts: [
        withWhen(slow, ({ ms }, { key }) => {
          if (key.page === 'broken') throw new Error('no such page');
          return Number(ms) > 100;
        }),
      ],
    },
    panes,
    alerts,
    timers,
    rollups: noRollups,
    derivations: noDerivations,
    dispatching: {
      groups: new MemoryGroupStore(),
      silences: new MemorySilenceStore(),
      acknowledgements: new MemoryAcknowledgementStore(),
      now: () => 0,
    },
    concurrency: 3,
    slice,
    mayGoOn,
  };
  for (let minute = 0; minute < MINUTES; minute++) {
    // Slow for three minutes, then fast for three.
    const stored = KEYS.map((key) => viewsPane(minute, Math.floor(minute / 3) % 2 === 0 ? [500] : [5], key));
    panes.put(...stored);
    await evaluate(context, stored.map(nameOf));
  }
  panes.watermark = minutes(MINUTES + 4);
  return { context, alerts, timers };
}

const told = ({ stream }: MemoryAlertStore): string[] =>
  stream.map(({ key, status, at, version }) => `${at} ${key} ${status} ${version}`).sort();

describe('a backlog', () => {
  it.each([1, 3, 7, 20, 1_000])('comes to the same in slices of about %i timers', async (slice) => {
    const [whole, sliced] = [await backlog(Infinity), await backlog(slice)];

    await evaluate(whole.context, []);
    const { isComplete, ruleErrors } = await evaluate(sliced.context, []);

    expect(told(sliced.alerts).length).toBeGreaterThan(8);
    expect(told(sliced.alerts)).toEqual(told(whole.alerts));
    expect([isComplete, ruleErrors.length > 0]).toEqual([true, true]);
    // What throws is not in the way of the others, and is kept.
    expect([...sliced.timers.timers.values()].every(({ key }) => key === 'broken')).toBe(true);
  });

  it('is worked off in the order of event time, whatever the keys', async () => {
    const { context, alerts } = await backlog(KEYS.length);

    await evaluate(context, []);

    const moments = alerts.stream.map(({ at }) => at);
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  });

  it('is never read as a whole', async () => {
    const { context, timers } = await backlog(10);
    const read: number[] = [];
    const due = timers.due.bind(timers);
    timers.due = async (time, options) => {
      const found = await due(time, options);
      read.push(found.length);
      return found;
    };

    await evaluate(context, []);

    expect(read.length).toBeGreaterThan(4);
    expect(Math.max(...read)).toBeLessThanOrEqual(10 + KEYS.length);
  });

  it('is left when time is over, and gone on with by the next one', async () => {
    const { context, alerts } = await backlog(10, () => false);
    const whole = await backlog(Infinity);
    await evaluate(whole.context, []);

    const first = await evaluate(context, []);
    expect([first.isComplete, first.watermark < minutes(MINUTES)]).toEqual([false, true]);
    // The one that throws is at the beginning of each.
    await evaluate({ ...context, mayGoOn: () => true }, []);

    expect(told(alerts)).toEqual(told(whole.alerts));
  });

  it('is worked off as far as one’s own timers are, whatever the time', async () => {
    const { context, alerts } = await backlog(10, () => false);
    const late = viewsPane(MINUTES - 1, [500, 500], 'e');
    context.panes.put(late);

    const { isComplete } = await evaluate(context, [nameOf(late)]);

    expect(told(alerts).some((line) => line.includes(' e firing'))).toBe(true);
    expect(isComplete).toBe(false);
  });

  it('comes to the same when several work it off at once', async () => {
    const [whole, shared] = [await backlog(Infinity), await backlog(7)];
    await evaluate(whole.context, []);

    await Promise.all([1, 2, 3].map(() => evaluate(shared.context, [])));

    expect(told(shared.alerts)).toEqual(told(whole.alerts));
  });
});
