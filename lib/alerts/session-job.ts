import type { SessionAggregate } from '../fold/sessions.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import type { EvaluateContext } from './evaluate.ts';
import type { Job } from './job.ts';
import { judgeSessions } from './judge-sessions.ts';
import type { Timer } from './port.ts';
import { readSessions } from './read-sessions.ts';
import type { AlertState } from './state.ts';
import { writeJudgement } from './write-judgement.ts';

/**
 * The work of an alert rule on sessions: to judge each session of each key when it ends. That is known for sure only then: until
 * it ends, its timer moves on with it. A pane's timer is due at its start: what the pane cuts off a session has ended since.
 */
export function sessionJob(alert: Alert, aggregate: SessionAggregate): Job {
  return {
    name: alert.name,
    aggregate,
    rank: 1,
    firstDue: (start) => start + alert.delay,
    run: (context, key, timers, watermark) => run(context, alert, aggregate, key, timers, watermark),
  };
}

/**
 * After which end sessions are to be judged for a timer: all that may have changed with its pane, and those before it that are
 * there already and have no timer yet, at most a session's length before.
 *
 * @param due earliest end that the timer is for
 */
export function judgedFrom({ size }: Alert, due: number): number {
  return due - size;
}

function run(
  context: EvaluateContext,
  alert: Alert,
  aggregate: SessionAggregate,
  key: string,
  timers: readonly Timer[],
  watermark: number,
): Promise<readonly AlertState[]> {
  const due = (timers[0]?.due ?? Infinity) - alert.delay;
  const from = judgedFrom(alert, due);
  // A pane whose timer is due may hold later events alone, of a lane that is ahead.
  const to = watermark + aggregate.pane;
  return writeJudgement(context, alert, key, due, async (prior) =>
    judgeSessions(
      alert,
      key,
      prior?.state,
      await readSessions(context.panes, aggregate, key, from, to),
      watermark,
    ),
  );
}
