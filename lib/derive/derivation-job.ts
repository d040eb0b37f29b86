import type { EvaluateContext } from '../alerts/evaluate.ts';
import type { Job } from '../alerts/job.ts';
import type { PaneReader, Timer } from '../alerts/port.ts';
import { mergeAccs } from '../fold/pane.ts';
import { hasSessions } from '../fold/sessions.ts';
import { windowFinalAfter, type Aggregate, type Pipeline } from '../pipeline/pipeline.ts';
import { firstWindowEnd, nextWindowEnd, windowStart } from '../time/window.ts';
import { depthOf } from './depth.ts';
import { makeWindow } from './make-window.ts';
import { sessionDerivationJob } from './session-derivation.ts';
import { isDerived, type DerivedAggregate, type KeyWindow } from './window-fold.ts';

/** The work of a pipeline's derived aggregates: to make each window of each key, before anything is judged by it. */
export function derivationJobs({ aggregates }: Pipeline): Job[] {
  const deepest = Math.max(0, ...aggregates.map(depthOf));
  return aggregates.filter(isDerived).map((derived) => {
    const { from } = derived.derivation;
    const rank = depthOf(derived) - deepest;
    return hasSessions(from) ? sessionDerivationJob(derived, from, rank) : derivationJob(derived, rank);
  });
}

function derivationJob(derived: DerivedAggregate, rank: number): Job {
  const { from, window } = derived.derivation;
  return {
    name: derived.name,
    aggregate: from,
    rank,
    firstDue: (start) => firstWindowEnd(window, start + from.pane) + windowFinalAfter(from),
    run: async (context, key, timers, watermark) => {
      await makeWindows(context, derived, key, timers, watermark);
      return [];
    },
  };
}

/**
 * Makes the windows that hold the panes of a timer: from the first one that holds them to the last. Where they are not all
 * due yet, the next sets a timer if it has data now; panes that come later set their own.
 */
async function makeWindows(
  { panes, timers: store, derivations }: EvaluateContext,
  derived: DerivedAggregate,
  key: string,
  timers: readonly Timer[],
  watermark: number,
): Promise<void> {
  const { from, window } = derived.derivation;
  const after = windowFinalAfter(from);
  const made = new Set<number>();
  for (const { due } of timers) {
    // At or after it: an earlier version of the pipeline may have had other windows.
    const first = firstWindowEnd(window, due - after);
    for (let end = first; windowStart(window, end) <= first - from.pane; end = nextWindowEnd(window, end)) {
      const start = windowStart(window, end);
      if (end + after > watermark) {
        const found = await panes.readRange(from, key, start, end);
        if (found.length > 0) await store.add([{ job: derived.name, key, due: end + after }]);
        break;
      }
      if (made.has(end)) continue;
      made.add(end);
      await makeWindow(derivations, { derived, key, start }, () =>
        readWindow(panes, from, { key, start, end }),
      );
    }
  }
}

async function readWindow(
  panes: PaneReader,
  from: Aggregate,
  { key, start, end }: Omit<KeyWindow, 'accs'>,
): Promise<KeyWindow | undefined> {
  const found = await panes.readRange(from, key, start, end);
  if (found.length === 0) return undefined;
  const accs = from.measures.map(({ measure }) => measure.empty());
  for (const pane of found) mergeAccs(from, accs, pane.accs);
  return { key, start, end, accs };
}
