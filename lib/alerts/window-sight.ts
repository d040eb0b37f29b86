import { keyRecord } from '../fold/key.ts';
import { resultsOf } from '../fold/pane.ts';
import type { WindowContext } from '../pipeline/alert-definition.ts';
import type { Aggregate, Alert, WindowResults } from '../pipeline/pipeline.ts';
import { parseDuration, type Duration } from '../time/duration.ts';
import { mergeWindow, type Beside, type MergedPane } from './evidence.ts';

/**
 * What a condition sees beside the window itself. Most never ask, and there is one for each window that is judged: so it holds what it
 * takes to answer, and no more.
 */
export class WindowSight implements WindowContext<WindowResults> {
  readonly start: number;
  readonly end: number;
  readonly #alert: Alert;
  readonly #key: string;
  readonly #beside: Beside;

  constructor(alert: Alert, key: string, start: number, end: number, beside: Beside) {
    this.start = start;
    this.end = end;
    this.#alert = alert;
    this.#key = key;
    this.#beside = beside;
  }

  get key(): Readonly<Record<string, string>> {
    return keyRecord(this.#alert.aggregate, this.#key);
  }

  get with(): Readonly<Record<string, WindowResults>> {
    const { others } = this.#alert;
    return Object.fromEntries(
      others.flatMap((other, i) => {
        const found = results(other, this.#beside.others[i] ?? [], this.start, this.end);
        return found === undefined ? [] : [[other.name, found]];
      }),
    );
  }

  // A condition takes it out of its context.
  get before(): (long: Duration) => WindowResults | undefined {
    return (long) => this.#windowBefore(long);
  }

  #windowBefore(long: Duration): WindowResults | undefined {
    const { aggregate, compare } = this.#alert;
    const ms = parseDuration(long);
    const i = compare.indexOf(ms);
    if (i < 0) throw new RangeError(`before('${long}') is not among the rule's compare`);
    return results(aggregate, this.#beside.before[i] ?? [], this.start - ms, this.end - ms);
  }
}

function results(
  of: Aggregate,
  panes: readonly MergedPane[],
  from: number,
  to: number,
): WindowResults | undefined {
  const accs = mergeWindow(of, panes, from, to);
  return accs && resultsOf(of, accs, to - from);
}
