import { describe, expect, it } from 'vitest';
import { AlertRaceError } from '../../lib/alerts/write-judgement.ts';
import { evaluate, timersFor } from '../../lib/alerts/evaluate.ts';
import { jobsOf } from '../../lib/alerts/job.ts';
import { RuleError } from '../../lib/alerts/verdict.ts';
import type { Pane } from '../../lib/fold/pane.ts';
import type { PaneName } from '../../lib/store/keys.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { minutes, MINUTE, pipeline, T0, withWhen } from '../support/pipeline.ts';

const nameOf = ({ aggregate, key, start }: Pane): PaneName => ({
  aggregate: aggregate.name,
  key,
  start,
  lane: 'l',
});
const at = (time: number) => (time - T0) / MINUTE;

function setUp() {
  const [panes, alerts, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const context = {
    pipeline,
    panes,
    alerts,
    timers,
    rollups: noRollups,
    derivations: noDerivations,
    dispatching: noDispatching,
    concurrency: 4,
  };
  return {
    ...context,
    context,
    /** Stores panes, moves the watermark, and evaluates as the stream of both would have it. */
    step: (until: number, ...stored: Pane[]) => {
      panes.put(...stored);
      panes.watermark = minutes(until);
      return evaluate(context, stored.map(nameOf));
    },
    told: () =>
      alerts.stream.map(({ alert, key, status, at: time }) => `${alert} ${key} ${status} at ${at(time)}`),
    due: () => [...timers.timers.values()].map(({ job, key, due }) => `${job} ${key} at ${at(due)}`).sort(),
  };
}

const SLOW = [500, 500];

describe('timersFor', () => {
  it('sets a timer at the first window of each alert that holds the pane, once', () => {
    const names = [viewsPane(4, []), viewsPane(4, []), viewsPane(5, [])].map(nameOf);

    expect(timersFor(jobsOf(pipeline), names).map(({ job, key, due }) => [job, key, at(due)])).toEqual([
      ['slow', 'home', 5],
      ['busy', 'home', 6],
      ['slow', 'home', 6],
    ]);
  });

  it('sets none for an aggregate without alerts, or one that has left the pipeline', () => {
    const pane = nameOf(viewsPane(0, []));

    expect(
      timersFor(jobsOf(pipeline), [
        { ...pane, aggregate: 'visits' },
        { ...pane, aggregate: 'gone' },
      ]),
    ).toEqual([]);
  });
});

describe('evaluate', () => {
  it('waits for the watermark, fires, and resolves', async () => {
    const { step, told, due } = setUp();

    await step(0.9, viewsPane(0, SLOW));
    expect(told()).toEqual([]);
    expect(due()).toEqual(['busy home at 2', 'slow home at 1']);

    const fired = await step(2);
    expect(fired).toMatchObject({
      watermark: minutes(2),
      judged: 2,
      transitions: [{ alert: 'slow', at: minutes(1) }],
    });
    expect(due()).toEqual(['slow home at 3']);

    await step(10);
    expect(told()).toEqual(['slow home firing at 1', 'slow home resolved at 4']);
    expect(due()).toEqual([]);
  });

  it('judges nothing while no lane has had an event', async () => {
    const { context, due } = setUp();

    expect(await evaluate(context, [nameOf(viewsPane(0, SLOW))])).toEqual({
      watermark: -Infinity,
      isComplete: true,
      judged: 0,
      transitions: [],
      ruleErrors: [],
    });
    expect(due()).toHaveLength(2);
  });

  it('changes nothing when it is repeated', async () => {
    const { step, context, told, due } = setUp();
    await step(2, viewsPane(0, SLOW), viewsPane(1, SLOW, 'cart'));
    const [before, timers] = [told(), due()];

    const again = await evaluate(context, [nameOf(viewsPane(0, SLOW)), nameOf(viewsPane(1, SLOW, 'cart'))]);

    expect(again.transitions).toEqual([]);
    expect(told()).toEqual(before);
    expect(due()).toEqual(timers);
  });

  it('gives transitions in order of event time, whichever keys they are of', async () => {
    const { step } = setUp();

    const { transitions } = await step(
      20,
      viewsPane(5, SLOW, 'b'),
      viewsPane(0, SLOW, 'c'),
      viewsPane(5, SLOW, 'a'),
    );

    expect(transitions.map(({ key, status, at: time }) => `${key} ${status} ${at(time)}`)).toEqual([
      'c firing 1',
      'c resolved 4',
      'a firing 6',
      'b firing 6',
      'a resolved 9',
      'b resolved 9',
    ]);
  });

  it('judges windows on both sides of a gap, and of several timers each window once', async () => {
    const { step, told } = setUp();

    await step(60, viewsPane(0, SLOW), viewsPane(1, [1]), viewsPane(30, SLOW), viewsPane(31, [500]));

    expect(told().filter((line) => line.startsWith('slow'))).toEqual([
      'slow home firing at 1',
      'slow home resolved at 4',
      'slow home firing at 31',
      'slow home resolved at 35',
    ]);
  });

  it('clears timers of an alert that has left the pipeline, once it cannot be one that is being deployed', async () => {
    const { step, timers, due } = setUp();
    await timers.add([{ job: 'gone', key: 'home', due: minutes(1) }]);

    await step(5.9);
    expect(due()).toEqual(['gone home at 1']);

    const { transitions } = await step(6);
    expect(transitions).toEqual([]);
    expect(due()).toEqual([]);
  });

  it.each(['write', 'written', 'add', 'added', 'remove', 'removed'])(
    'comes to the same after a crash at any %s, once it is repeated',
    async (crashing) => {
      const stored = [viewsPane(0, SLOW), viewsPane(8, SLOW), viewsPane(0, [1, 1, 1, 1, 1], 'cart')];
      const whole = setUp();
      await whole.step(6, ...stored);
      await whole.step(20);

      for (let survived = 0; survived < 4; survived++) {
        const run = setUp();
        let left = survived;
        const crash = (step: string) => {
          if (step === crashing && left-- === 0) throw new Error('crash');
        };
        run.alerts.hook = crash;
        run.timers.hook = crash;
        for (const until of [6, 20]) {
          const again = () => run.step(until, ...(until === 6 ? stored : []));
          // As Lambda does: until it succeeds, and once more.
          while (
            !(await again().then(
              () => true,
              () => false,
            ))
          )
            continue;
          await again().catch(again);
        }

        expect(run.told().sort()).toEqual(whole.told().sort());
        expect(run.due()).toEqual(whole.due());
      }
    },
  );

  it('judges other keys though a condition throws for one, keeps its timer, and says so', async () => {
    const { context, step, told, due } = setUp();
    const [slow, busy] = pipeline.alerts;
    const picky = withWhen(slow!, (window, where) => {
      if (where.key.page === 'bad') throw new Error('no such page');
      return slow!.levels[0]!.when(window, where);
    });
    Object.assign(context, { pipeline: { ...pipeline, alerts: [picky, busy!] } });

    const { ruleErrors } = await step(2, viewsPane(0, SLOW, 'bad'), viewsPane(0, SLOW, 'good'));

    expect(ruleErrors).toHaveLength(1);
    expect(ruleErrors[0]).toBeInstanceOf(RuleError);
    expect(told()).toEqual(['slow good firing at 1']);
    expect(due()).toContain('slow bad at 1');

    const mended = await evaluate({ ...context, pipeline }, []);

    expect(mended.ruleErrors).toEqual([]);
    expect(told()).toEqual(['slow good firing at 1', 'slow bad firing at 1']);
  });

  it('judges again on what stands there when another evaluator was faster', async () => {
    const { step, context, alerts, told } = setUp();
    await step(0, viewsPane(0, SLOW));
    let raced = false;
    alerts.hook = async (at) => {
      if (at !== 'write' || raced) return;
      raced = true;
      await evaluate(context, []);
    };

    await step(10);

    expect(told()).toEqual(['slow home firing at 1', 'slow home resolved at 4']);
  });

  it('gives an alert up that others keep writing', async () => {
    const { step, alerts } = setUp();
    Object.assign(alerts, { write: () => Promise.resolve(false) });

    const judged = step(2, viewsPane(0, SLOW));

    await expect(judged).rejects.toThrow(AlertRaceError);
    await expect(judged).rejects.toThrow('alert slow of home was written by others 5 times meanwhile');
  });

  it('judges a pane that came late though another evaluator takes its timer away', async () => {
    const { context, panes, timers, step, told } = setUp();
    await step(0, viewsPane(0, [1]));
    panes.watermark = minutes(1);
    const [added, first] = [deferred(), deferred()];
    let late: Promise<unknown> = Promise.resolve();
    panes.hook = async (at) => {
      if (at !== 'readRange answered') return;
      // The first evaluator has read the window. Now more records come into it, and a second one is told of them:
      // its timer stands already, and the first takes it away before the second looks for what is due.
      panes.hook = (at) => (at === 'readWatermark' ? first.promise : undefined);
      timers.hook = (at) => {
        if (at === 'added') added.resolve();
      };
      panes.put(viewsPane(0, SLOW));
      late = evaluate(context, [nameOf(viewsPane(0, SLOW))]);
      await added.promise;
    };

    await evaluate(context, []);
    first.resolve();
    await late;

    expect(told()).toEqual(['slow home firing at 1']);
  });

  it('leaves a timer that is set anew while it is judged', async () => {
    const { context, panes, timers, step, told, due } = setUp();
    await step(0, viewsPane(0, [1]));
    panes.watermark = minutes(1);
    panes.hook = async (at) => {
      if (at !== 'readRange answered') return;
      // More records come into the window, and whoever is told of them dies after it has set their timer.
      panes.hook = () => undefined;
      panes.put(viewsPane(0, SLOW));
      await timers.add([{ job: 'slow', key: 'home', due: minutes(1) }]);
    };

    await evaluate(context, []);
    expect(told()).toEqual([]);
    expect(due()).toContain('slow home at 1');

    await evaluate(context, []);
    expect(told()).toEqual(['slow home firing at 1']);
    expect(due()).not.toContain('slow home at 1');
  });

  it('judges a pane first that lies before the first timer and has none yet', async () => {
    const { panes, step, told } = setUp();
    panes.put(viewsPane(0, SLOW));

    await step(3, viewsPane(2, [1]));

    expect(told()).toEqual(['slow home firing at 1']);
  });

  it('judges no pane first that lies more than a window before the first timer: it has a timer of its own', async () => {
    const { panes, step, told } = setUp();
    panes.put(viewsPane(0, SLOW));

    await step(31, viewsPane(30, [1]));
    expect(told()).toEqual([]);

    await step(31, viewsPane(0, SLOW));
    expect(told()).toEqual(['slow home firing at 1', 'slow home resolved at 4']);
  });

  it('judges no window again that its latest transition has settled', async () => {
    const { panes, step, told } = setUp();
    await step(3, viewsPane(2, SLOW));
    panes.put(viewsPane(1, SLOW));

    await step(4, viewsPane(3, [500]));

    expect(told()).toEqual(['slow home firing at 3']);
  });

  /** Evaluates what a pane's update makes due, with the lanes at these minutes: all of them, and the furthest. */
  function updating() {
    const run = setUp();
    const reads: (readonly [number, number])[] = [];
    const last = { watermark: -Infinity, furthest: -Infinity };
    run.panes.readWatermarks = () => {
      const read = reads.shift();
      if (read !== undefined)
        Object.assign(last, { watermark: minutes(read[0]), furthest: minutes(read[1]) });
      return Promise.resolve({ ...last, kept: last.watermark });
    };
    return {
      ...run,
      reads,
      update: (lanes: readonly (readonly [number, number])[]) => {
        reads.push(...lanes);
        run.panes.put(viewsPane(0, SLOW));
        return evaluate(run.context, [], [nameOf(viewsPane(0, SLOW))]);
      },
    };
  }

  it('sets no timer for an updated pane whose windows no lane has passed: it has had one since it was new', async () => {
    const { update, told, due } = updating();

    const evaluated = await update([[0.9, 0.9]]);

    expect(evaluated.judged).toBe(0);
    expect(told()).toEqual([]);
    expect(due()).toEqual([]);
  });

  it('judges an updated pane again whose window the watermark has passed', async () => {
    const { update, told, due } = updating();

    await update([[1, 1]]);

    expect(told()).toEqual(['slow home firing at 1']);
    // Its other window ends at 2, which no lane has passed.
    expect(due()).toEqual(['slow home at 2']);
  });

  it('sets a timer for an updated pane whose window only the furthest lane has passed', async () => {
    const { update, context, reads, told, due } = updating();

    await update([
      [0, 1],
      [0, 1],
    ]);
    expect(told()).toEqual([]);
    expect(due()).toEqual(['slow home at 1']);

    reads.push([1, 1]);
    await evaluate(context, []);
    expect(told()).toEqual(['slow home firing at 1']);
  });

  it('judges an updated pane at once whose window the watermark passes while its timer is set', async () => {
    const { update, told } = updating();

    const evaluated = await update([
      [0, 1],
      [1, 1],
    ]);

    expect(evaluated.watermark).toBe(minutes(1));
    expect(told()).toEqual(['slow home firing at 1']);
  });
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return {
    promise,
    resolve: () => {
      resolve();
    },
  };
}

it('leaves a timer that was set anew by another, though its own had been taken away', async () => {
  const [panes, alerts, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const context = {
    pipeline,
    panes,
    alerts,
    timers,
    rollups: noRollups,
    derivations: noDerivations,
    dispatching: noDispatching,
    concurrency: 1,
  };
  const name = { aggregate: 'views', key: 'home', start: minutes(0), lane: 'l' };
  panes.put(viewsPane(0, [1]));
  panes.watermark = minutes(2);
  timers.hook = (at) => {
    if (at !== 'due') return;
    // Another evaluator has judged the window and removed the timer.
    timers.hook = () => undefined;
    timers.timers.clear();
  };
  let ranges = 0;
  panes.hook = async (at) => {
    // The second range is that of the alert busy, a tumbling window of two minutes.
    if (at !== 'readRange answered' || ++ranges < 2) return;
    panes.hook = () => undefined;
    // More views come from a lane that was idle, by which the watermark is back before the window's end.
    panes.put(viewsPane(0, [1, 1, 1, 1, 1]));
    panes.watermark = minutes(1);
    await evaluate(context, [name]);
  };
  await evaluate(context, [name]);

  panes.watermark = minutes(10);
  await evaluate(context, []);
  expect(alerts.stream.map(({ alert, at }) => `${alert} at ${at - minutes(0)}`)).toEqual([
    'busy at 120000',
    'busy at 240000',
  ]);
});
