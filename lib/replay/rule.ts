import { judgeKey } from '../alerts/judge.ts';
import type { AlertState } from '../alerts/state.ts';
import type { PaneMap } from '../fold/pane-map.ts';
import type { Pane } from '../fold/pane.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { firstWindowEnd } from '../time/window.ts';

/** One alert rule under replay: its timers and states in memory, its judgement the live one. */
export class ReplayRule {
  readonly #alert: Alert;
  readonly #panes: PaneMap;
  readonly #due = new Map<number, Set<string>>();
  readonly #states = new Map<string, AlertState>();
  #earliest = Infinity;

  constructor(alert: Alert, panes: PaneMap) {
    this.#alert = alert;
    this.#panes = panes;
  }

  /** Watermark in ms at which the next window is to be judged; infinity if there is none. */
  get next(): number {
    return this.#earliest + this.#alert.delay;
  }

  /** Sets the timer of a new pane's first window. */
  expect(pane: Pane): void {
    this.#setTimer(pane.key, firstWindowEnd(this.#alert.window, pane.start + pane.aggregate.pane));
  }

  /** Judges every window that is due at the watermark, in order of time and key. */
  *judge(watermark: number): Generator<AlertState> {
    while (this.next <= watermark) {
      const end = this.#earliest;
      const keys = this.#due.get(end) ?? new Set<string>();
      this.#due.delete(end);
      this.#earliest = Infinity;
      for (const due of this.#due.keys()) this.#earliest = Math.min(this.#earliest, due);
      for (const key of [...keys].sort()) yield* this.#judgeWindow(key, end);
    }
  }

  *#judgeWindow(key: string, end: number): Generator<AlertState> {
    const { size, slide, delay } = this.#alert;
    // The panes of this window, and of the one after it: whether that has data decides if it is to be judged.
    const panes = this.#panes.range(key, end - size, end + slide);
    const { transitions, next } = judgeKey(this.#alert, key, this.#states.get(key), panes, end, end + delay);
    if (next !== undefined) this.#setTimer(key, next);
    for (const transition of transitions) {
      this.#states.set(key, transition);
      yield transition;
    }
  }

  #setTimer(key: string, due: number): void {
    const keys = this.#due.get(due);
    if (keys !== undefined) keys.add(key);
    else this.#due.set(due, new Set([key]));
    if (due < this.#earliest) this.#earliest = due;
  }
}
