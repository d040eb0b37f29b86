import { resultsOf } from '../fold/pane.ts';
import type { WindowContext } from '../pipeline/alert-definition.ts';
import type { Alert, WindowResults } from '../pipeline/pipeline.ts';
import type { Beside } from './evidence.ts';
import type { Band } from './state.ts';
import { WindowSight } from './window-sight.ts';

/** A function of an alert rule, or of a measure that it judges by, that threw. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
}

/** A stretch of time of one key, as a rule sees it. Times in ms. */
export interface Seen {
  readonly start: number;
  readonly end: number;
  /** Whether there are data. */
  readonly hasData: boolean;
  readonly value: WindowResults;
  readonly context: WindowContext<WindowResults>;
}

/** What a rule says of one. */
export interface Verdict extends Seen {
  /** How many of the rule's severities it is in breach of, from the least one up; 0 if it is in breach of none. */
  readonly level: number;
  readonly band?: Band;
}

/**
 * What a rule's conditions see of a stretch of time.
 *
 * @param accs `undefined` if there are no data
 * @throws {RuleError} if a measure throws
 */
export function see(
  alert: Alert,
  key: string,
  accs: readonly unknown[] | undefined,
  { start, end }: { readonly start: number; readonly end: number },
  beside: Beside,
): Seen {
  const { aggregate } = alert;
  const all = accs ?? aggregate.measures.map(({ measure }) => measure.empty());
  return {
    start,
    end,
    hasData: accs !== undefined,
    value: callAuthor(alert, () => resultsOf(aggregate, all, end - start)),
    context: new WindowSight(alert, key, start, end, beside),
  };
}

/** What a rule says of what it sees. @throws {RuleError} if a condition throws */
export function verdictOf(alert: Alert, seen: Seen): Verdict {
  // Field by field: there is one for each window that is judged, and copying takes longer than judging.
  const { start, end, hasData, value, context } = seen;
  return { start, end, hasData, value, context, level: hasData ? levelOf(alert, seen) : 0 };
}

function levelOf(alert: Alert, { value, context }: Seen): number {
  let level = alert.levels.length;
  while (level > 0 && !callAuthor(alert, () => alert.levels[level - 1]?.when(value, context))) level--;
  return level;
}

/** Whether what is seen clears a firing alert, if the rule says so itself. @throws {RuleError} if a condition throws */
export function clears(alert: Alert, { value, context }: Seen): boolean | undefined {
  return alert.clear === undefined ? undefined : callAuthor(alert, () => alert.clear?.(value, context));
}

/**
 * The number that the rule is about; `null` if it has none, or there are no data, or it is not finite.
 *
 * @throws {RuleError} if its function throws
 */
export function shownOf(alert: Alert, { hasData, value, context }: Seen): number | null {
  const shown = hasData ? callAuthor(alert, () => alert.value?.(value, context)) : undefined;
  return shown !== undefined && Number.isFinite(shown) ? shown : null;
}

/** Calls a function of the author's. @throws {RuleError} if it throws */
export function callAuthor<Given>(alert: Pick<Alert, 'name'>, author: () => Given): Given {
  try {
    return author();
  } catch (error) {
    throw new RuleError(
      `alert ${alert.name} could not be judged: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
