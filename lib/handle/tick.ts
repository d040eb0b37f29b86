import { evaluate, type EvaluateContext, type Evaluated } from '../alerts/evaluate.ts';
import { standstillByClock, type Standstill, type StandstillOptions } from '../standstill/standstill.ts';
import { OutOfTimeError } from '../store/retry.ts';

/** What the tick handler works with. */
export interface TickContext extends Omit<StandstillOptions, 'onError'> {
  /** An evaluation for which event time goes on in silence. */
  readonly evaluationWith: (standstill: Standstill) => EvaluateContext;
}

/** What a tick did, for logs and metrics. */
export interface TickReport {
  /** `undefined` if time or an error ended it. */
  readonly evaluated: Evaluated | undefined;
  /** Whether time ran out before all was done that was due: the next tick goes on. */
  readonly isUnfinished: boolean;
  /** What went wrong, but for rules that threw. */
  readonly errors: readonly unknown[];
}

/**
 * Does what is due and no batch of changes comes for: windows in which nothing happens, and messages that are told of later.
 * While the streams are silent, event time goes on with the clock.
 *
 * A tick may come late, twice at once, or not at all: what is due stays due until it is done, and is worked off in the order
 * of event time.
 */
export async function handleTick({ evaluationWith, ...options }: TickContext): Promise<TickReport> {
  const errors: unknown[] = [];
  const standstill = standstillByClock({ ...options, onError: (error) => errors.push(error) });
  try {
    const evaluated = await evaluate(evaluationWith(standstill), []);
    return { evaluated, isUnfinished: !evaluated.isComplete, errors };
  } catch (error) {
    const isUnfinished = error instanceof OutOfTimeError;
    return { evaluated: undefined, isUnfinished, errors: isUnfinished ? errors : [...errors, error] };
  }
}
