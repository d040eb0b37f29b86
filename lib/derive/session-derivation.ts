import type { EvaluateContext } from '../alerts/evaluate.ts';
import type { Job } from '../alerts/job.ts';
import type { Timer } from '../alerts/port.ts';
import { readSessions } from '../alerts/read-sessions.ts';
import type { Session, SessionAggregate } from '../fold/sessions.ts';
import { windowFinalAfter } from '../pipeline/pipeline.ts';
import { DeriveRaceError, makeWindow } from './make-window.ts';
import type { DerivedAggregate } from './window-fold.ts';

// Each time round, others have changed which sessions there are: a repair does that, and nothing else once they are final.
const MOST_ROUNDS = 50;

/** The work of an aggregate that is derived from sessions: to make each session of each key once it is final. */
export function sessionDerivationJob(derived: DerivedAggregate, from: SessionAggregate, rank: number): Job {
  return {
    name: derived.name,
    aggregate: from,
    rank,
    // A session that ended in the pane, and was final, may go on since an event came that nobody expected any more.
    firstDue: (start) => start + windowFinalAfter(from),
    run: async (context, key, timers, watermark) => {
      await makeSessions(context, derived, from, key, timers, watermark);
      return [];
    },
  };
}

/**
 * Makes the sessions that a timer's panes may have changed, and sets a timer for the first of them that is not final.
 *
 * A repair may join sessions, part them, or have one go on: then there is no final session any more where one began. What was
 * made of that is taken back: it is found by what is kept of each window. Somebody else may be making it just then, of what the
 * panes were before, and nobody knows of it yet; so whoever has made a session looks again whether it is still the same.
 */
async function makeSessions(
  { panes, timers: store, derivations }: EvaluateContext,
  derived: DerivedAggregate,
  from: SessionAggregate,
  key: string,
  timers: readonly Timer[],
  watermark: number,
): Promise<void> {
  const after = windowFinalAfter(from);
  // Before the last event of a session that is due, and before the pane: sessions that it changes end after that, and those that
  // it takes away began after it.
  const since = (timers[0]?.due ?? Infinity) - after - from.session.gap;
  const finalAt = async (start: number): Promise<Session | undefined> => {
    // Somebody who acts by a later watermark may have made it: by an earlier one, it must not be taken back.
    const latest = Math.max(watermark, await panes.readWatermark());
    const found = await readSessions(panes, from, key, start, start + 1);
    return found.find((session) => session.start === start && session.end + after <= latest);
  };
  const made = new Map<number, boolean>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const sessions = await readSessions(panes, from, key, since, watermark + from.pane);
    const first = Math.min(since, sessions[0]?.start ?? since);
    const kept = await derivations.store.outcomeStarts(derived, key, first, watermark);
    const final = new Set(sessions.filter(({ end }) => end + after <= watermark).map(({ start }) => start));
    const all = [...new Set([...final, ...kept])];
    const todo = all.filter((start) => made.get(start) !== final.has(start));
    if (todo.length === 0) {
      const next = sessions.find(({ end }) => end + after > watermark);
      if (next !== undefined) await store.add([{ job: derived.name, key, due: next.end + after }]);
      return;
    }
    for (const start of todo) {
      made.set(start, final.has(start));
      await makeWindow(derivations, { derived, key, start }, async () => {
        const session = await finalAt(start);
        return session && { key, ...session };
      });
    }
  }
  throw new DeriveRaceError(
    `sessions of ${from.name} for ${derived.name} were changed by others all the while`,
  );
}
