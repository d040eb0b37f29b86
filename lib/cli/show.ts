import type { Band } from '../alerts/state.ts';
import { expectedText } from '../notify/describe-value.ts';
import type { Judging, Severity } from '../pipeline/alert-definition.ts';
import type { WindowResults } from '../pipeline/pipeline.ts';
import type { Happening } from '../replay/happening.ts';

// That of 'recovering'.
const STATUS_WIDTH = 10;

/**
 * A measure's result for people: numbers to two decimals, a dash where there were no values, a histogram's buckets by their
 * bounds, and the parts of anything else one after another.
 *
 * @param between stands between the parts of a result that has several
 * @example showResult({ p50: 3, p99: 41.237 }) // 'p50 3, p99 41.24'
 */
export function showResult(result: unknown, between = ', '): string {
  if (result === null || result === undefined) return '–';
  if (typeof result === 'number') return Number.isNaN(result) ? '–' : String(Math.round(result * 100) / 100);
  if (typeof result === 'string') return result;
  if (Array.isArray(result)) return result.map(showPart).join(between);
  if (typeof result !== 'object' || result instanceof Date) return JSON.stringify(result);
  return Object.entries(result)
    .map(([name, part]) => `${name} ${showNested(part)}`)
    .join(between);
}

function showPart(part: unknown): string {
  if (isBucket(part)) return `${showBounds(part)}: ${part.count}`;
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return showNested(part);
  return Object.values(part).map(showNested).join(' ');
}

function showNested(part: unknown): string {
  const shown = showResult(part);
  return typeof part === 'object' && part !== null ? `(${shown})` : shown;
}

interface Bucket {
  readonly from: number | null;
  readonly to: number | null;
  readonly count: number;
}

function isBucket(part: unknown): part is Bucket {
  return typeof part === 'object' && part !== null && 'from' in part && 'to' in part && 'count' in part;
}

function showBounds({ from, to }: Bucket): string {
  if (from === null) return `<${to}`;
  return to === null ? `≥${from}` : `${from}–${to}`;
}

/** What a window shows, for people. @example showResults({ flights: 66, delay: 54.2576 }) // 'flights 66, delay 54.26' */
export function showResults(value: Readonly<Record<string, unknown>>): string {
  return Object.entries(value)
    .map(([name, result]) => `${name} ${showNested(result)}`)
    .join(', ');
}

/** What of a transition people are shown. */
export interface ShownTransition {
  readonly alert: string;
  readonly key: Readonly<Record<string, string>>;
  readonly severity: Severity;
  readonly judged: Judging;
  readonly missing: boolean;
  readonly value: WindowResults;
  readonly band?: Band | undefined;
}

/** What the condition saw, for people: `no data`, or the results, and of an anomaly what was expected. */
export function showSeen({
  missing,
  value,
  band,
}: Pick<ShownTransition, 'missing' | 'value' | 'band'>): string {
  if (missing) return 'no data';
  return showResults(value) + (band === undefined ? '' : `; expected ${expectedText(band)}`);
}

/** One line for an alert's transition; one that is judged early is marked as such. @param at ISO 8601 UTC */
export function alertLine(at: string, state: Happening, transition: ShownTransition): string {
  const { alert, key, severity, judged } = transition;
  const names = Object.entries(key).map(([dimension, text]) => `${dimension}=${text}`);
  const status = (state === 'firing' || state === 'escalated' ? state.toUpperCase() : state).padEnd(
    STATUS_WIDTH,
  );
  const early = judged === 'early' ? ['(early)'] : [];
  return [at, status, alert, ...names, severity, ...early, ` ${showSeen(transition)}`].join(' ');
}
