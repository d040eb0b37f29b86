import { evaluate } from '../../lib/alerts/evaluate.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import { Fold } from '../../lib/fold/fold.ts';
import { createInterpreter, isRejection } from '../../lib/fold/interpret.ts';
import { PaneMap } from '../../lib/fold/pane-map.ts';
import type { Pane } from '../../lib/fold/pane.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import { Replay } from '../../lib/replay/replay.ts';
import type { PaneName } from '../../lib/store/keys.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, type Hook } from './memory-alerts.ts';
import { noDerivations } from './memory-derived.ts';
import { noDispatching } from './memory-dispatch.ts';
import { noRollups } from './memory-rollups.ts';

/** An event, and whether whoever judges looks after it. */
export interface Happening {
  readonly event: unknown;
  readonly look: boolean;
}

/** Evaluates once, with the panes that are new. */
export type Evaluating = (names: readonly PaneName[]) => Promise<unknown>;

/** A pipeline's rules over stores in memory, fed by one lane. */
export class LiveRules {
  readonly reader = new MemoryPaneReader();
  readonly alerts = new MemoryAlertStore();
  readonly timers = new MemoryTimerStore();
  readonly context;
  readonly #pipeline: Pipeline;
  readonly #fresh: Pane[] = [];
  readonly #fold: Fold;

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
    this.context = {
      pipeline,
      panes: this.reader,
      alerts: this.alerts,
      timers: this.timers,
      rollups: noRollups,
      derivations: noDerivations,
      dispatching: noDispatching,
      concurrency: 2,
    };
    const panes = pipeline.aggregates.map(
      (aggregate) =>
        new PaneMap(aggregate, (pane) => {
          this.#fresh.push(pane);
          this.reader.put(pane);
        }),
    );
    this.#fold = new Fold(pipeline, -Infinity, { panes });
  }

  set hook(hook: Hook) {
    for (const part of [this.reader, this.alerts, this.timers]) part.hook = hook;
  }

  /** Folds all in, and looks once more at the end, when the watermark is at `end` (ms). @returns all transitions, by alert */
  async run(
    list: readonly Happening[],
    end: number,
    evaluating: Evaluating = (names) => evaluate(this.context, names),
  ): Promise<AlertState[]> {
    const interpret = createInterpreter(this.#pipeline);
    for (const { event, look } of list) {
      const read = interpret(event, undefined, undefined);
      if (read === 'ignored' || isRejection(read))
        throw new Error('an event that the pipeline does not take');
      this.#fold.add(read, '1');
      if (look) await this.#look(this.#fold.watermark, evaluating);
    }
    await this.#look(end, evaluating);
    return inOrder(this.alerts.stream);
  }

  async #look(watermark: number, evaluating: Evaluating): Promise<void> {
    this.reader.watermark = watermark;
    const fresh = this.#fresh.splice(0);
    await evaluating(
      fresh.map(({ aggregate, key, start }) => ({ aggregate: aggregate.name, key, start, lane: 'l' })),
    );
  }
}

/** What the same comes to in a replay that goes on in silence until `end` (ms). */
export function replayedRules(pipeline: Pipeline, list: readonly Happening[], end: number): AlertState[] {
  const told: AlertState[] = [];
  const replay = new Replay(pipeline, {
    pane: () => undefined,
    alert: (transition) => told.push(transition),
    refused: () => undefined,
  });
  const lane = replay.lane();
  for (const { event } of list) replay.add(lane, event, undefined);
  replay.finish(end);
  return inOrder(told).map(stripped);
}

/** Evaluates, crashing after as many steps as `survives` says, time and again with more, until it is through, and once more. */
export function crashing(live: LiveRules, survives: readonly number[]): Evaluating {
  let left = Infinity;
  let crashes = 0;
  const next = (): number => survives[crashes++ % survives.length] ?? 0;
  live.hook = () => {
    if (left-- <= 0) throw new Error('crash');
  };
  return async (names) => {
    let budget = next();
    for (;;) {
      left = budget;
      const isThrough = await evaluate(live.context, names).then(
        () => true,
        () => false,
      );
      if (isThrough) break;
      budget += 1 + next();
    }
    left = Infinity;
    await evaluate(live.context, names);
  };
}

/** Names the alert of a key. */
export const alertOf = ({ alert, key }: AlertState): string => `${alert}|${key}`;

function inOrder(states: readonly AlertState[]): AlertState[] {
  return [...states].sort((a, b) => alertOf(a).localeCompare(alertOf(b)) || a.version - b.version);
}

/** A transition as it comes back from an item: NaN has become null. */
function stripped(state: AlertState): AlertState {
  return { ...state, value: JSON.parse(JSON.stringify(state.value)) as AlertState['value'] };
}
