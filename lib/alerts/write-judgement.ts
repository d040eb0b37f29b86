import type { Alert } from '../pipeline/pipeline.ts';
import type { EvaluateContext } from './evaluate.ts';
import type { Judgement } from './judge.ts';
import type { AlertStore } from './port.ts';
import type { AlertState } from './state.ts';

/** Another evaluator kept writing the same alert. */
export class AlertRaceError extends Error {
  override readonly name = 'AlertRaceError';
}

const MOST_RACES = 5;

/**
 * Judges an alert of a key by its latest state, and writes what came of it and the timer of what comes next. If others wrote
 * meanwhile, it is judged again by what they wrote.
 *
 * @returns the transitions that were written
 * @throws {AlertRaceError} if others kept writing
 */
export async function writeJudgement(
  { alerts, timers }: EvaluateContext,
  { name, delay }: Alert,
  key: string,
  judge: (prior: AlertState | undefined) => Promise<Judgement>,
): Promise<readonly AlertState[]> {
  for (let race = 0; race < MOST_RACES; race++) {
    const { transitions, next } = await judge(await alerts.read(name, key));
    if (await writeAll(alerts, transitions)) {
      if (next !== undefined) await timers.add([{ job: name, key, due: next + delay }]);
      return transitions;
    }
  }
  throw new AlertRaceError(`alert ${name} of ${key} was written by others ${MOST_RACES} times meanwhile`);
}

async function writeAll(alerts: AlertStore, transitions: readonly AlertState[]): Promise<boolean> {
  for (const transition of transitions) {
    if (!(await alerts.write(transition))) return false;
  }
  return true;
}
