import { isFiring, type AlertState, type AlertStatus } from '../alerts/state.ts';

/** What a transition is to people: to come to a greater severity is to escalate, and to breach anew while recovering is to go on. */
export type Happening = AlertStatus | 'escalated' | 'goes on';

/** Those that people are told of, whatever they ask for. */
export const TOLD: readonly Happening[] = ['firing', 'escalated', 'resolved'];

/** Those in between. */
export const BETWEEN: readonly Happening[] = ['pending', 'ok', 'recovering', 'goes on'];

/** Tells what transitions are, each by the one before it of its alert and key. */
export class Happenings {
  readonly #last = new Map<string, Pick<AlertState, 'status' | 'severity'>>();

  /** @param transition those of a key in their order */
  of(transition: AlertState): Happening {
    const { alert, key, status, severity } = transition;
    const name = `${alert}|${key}`;
    const last = this.#last.get(name);
    this.#last.set(name, { status, severity });
    if (status !== 'firing' || !isFiring(last)) return status;
    return severity === last?.severity ? 'goes on' : 'escalated';
  }
}
