import type { Alert } from '../pipeline/pipeline.ts';
import type { EvaluateContext } from './evaluate.ts';
import { givenAtOnce } from './given-at-once.ts';
import { unheardOf, type Judgement } from './judge.ts';
import type { AlertStore } from './port.ts';
import { timersOver } from './timers-over.ts';
import { MOST_TURNS, type AlertRecord, type AlertState, type Turn } from './state.ts';

/** Another evaluator kept writing the same alert. */
export class AlertRaceError extends Error {
  override readonly name = 'AlertRaceError';
}

const MOST_RACES = 5;

/**
 * Judges an alert of a key by what is kept of it, and writes what came of it and the timers of what comes next: its own, and those
 * of the rules over it. If others wrote meanwhile, it is judged again by what they wrote.
 *
 * @param due the earliest moment that it is judged for, in ms: transitions from then on that are written already may have been left
 *   without the timers of the rules over it
 * @returns the transitions that were written
 * @throws {AlertRaceError} if others kept writing
 */
export async function writeJudgement(
  { alerts, timers, pipeline }: EvaluateContext,
  alert: Alert,
  key: string,
  due: number,
  judge: (prior: AlertRecord | undefined) => Promise<Judgement>,
): Promise<readonly AlertState[]> {
  const { name, delay } = alert;
  for (let race = 0; race < MOST_RACES; race++) {
    const prior = await alerts.read(name, key);
    const judgement = await judge(prior);
    if (await writeAll(alerts, prior ?? nothingKept(name, key), judgement)) {
      const { transitions, next } = judgement;
      const written = prior?.turns.filter(({ at }) => at >= due - unheardOf(alert)) ?? [];
      const wanted = timersOver(pipeline, alert, key, [...written, ...transitions]);
      if (next !== undefined) wanted.push({ job: name, key, due: next + delay });
      if (wanted.length > 0) await timers.add(wanted);
      return transitions;
    }
  }
  throw new AlertRaceError(`alert ${name} of ${key} was written by others ${MOST_RACES} times meanwhile`);
}

/** What is kept of an alert of a key before anything is. */
export function nothingKept(alert: string, key: string): AlertRecord {
  return { alert, key, state: undefined, turns: [], memory: undefined, revision: 0 };
}

async function writeAll(
  alerts: AlertStore,
  prior: AlertRecord,
  { transitions, memory, memories }: Judgement,
): Promise<boolean> {
  let record = prior;
  let written = 0;
  for (const chunk of givenAtOnce(transitions)) {
    record = withTransitions(record, chunk);
    // What is remembered is of all the windows: it must not be there before their transitions are.
    written += chunk.length;
    const remembered = written === transitions.length ? memory : memories?.[written - 1];
    if (remembered !== undefined) record = { ...record, memory: remembered };
    if (!(await alerts.write(record, chunk))) return false;
  }
  if (transitions.length > 0 || memory === undefined) return true;
  return alerts.write({ ...prior, memory, revision: prior.revision + 1 }, []);
}

/** What is kept once transitions have been added, by one write. */
export function withTransitions(prior: AlertRecord, transitions: readonly AlertState[]): AlertRecord {
  const turns = transitions.map(({ status, at, severity, version }): Turn => ({
    status,
    at,
    severity,
    version,
  }));
  return {
    ...prior,
    state: transitions.at(-1) ?? prior.state,
    turns: [...prior.turns, ...turns].slice(-MOST_TURNS),
    revision: prior.revision + 1,
  };
}
