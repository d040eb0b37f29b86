import { isFiring, type AlertState } from '../alerts/state.ts';
import type { Severity } from '../pipeline/alert-definition.ts';

/** From an alert's firing to its being resolved. Times are event times in ms. */
export interface Episode {
  readonly alert: string;
  readonly key: string;
  readonly from: number;
  /** `undefined` if it still fires at the end. */
  readonly to: number | undefined;
  /** The greatest that it came to. */
  readonly severity: Severity;
}

/** Gathers the episodes of alerts from their transitions. */
export class Episodes {
  readonly #open = new Map<string, Episode>();
  readonly #over: Episode[] = [];

  /** @param transition each key's in order */
  add(transition: AlertState): void {
    const { alert, key, status, at, severity } = transition;
    const name = `${alert}|${key}`;
    const open = this.#open.get(name);
    if (isFiring(transition)) {
      this.#open.set(name, { alert, key, from: open?.from ?? at, to: undefined, severity });
    } else if (open !== undefined && status === 'resolved') {
      this.#open.delete(name);
      this.#over.push({ ...open, to: at });
    }
  }

  /** All of them, by start and then by alert and key. */
  list(): Episode[] {
    return [...this.#over, ...this.#open.values()].sort(
      (a, b) => a.from - b.from || compareText(a.alert, b.alert) || compareText(a.key, b.key),
    );
  }
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
