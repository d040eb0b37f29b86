import { decodeState, encodeState } from './encoding.ts';
import { expectationOf } from './expectation.ts';
import { learn } from './learn.ts';
import { readOptions, type AnomalyOptions, type AnomalySettings } from './options.ts';
import { newsOf, scoreOf } from './score.ts';
import { emptyState, type AnomalyState } from './state.ts';
import { distanceOf } from './tail.ts';

/** What a detector makes of one value. */
export interface Verdict {
  /** From 0, nothing new, to 1: see `sensitivity` for what is in between. */
  readonly score: number;
  /** The value that was expected, in the series' unit. */
  readonly expected: number;
  /**
   * Least and greatest of the values that are nothing special: 98 % of them, or more as the sensitivity is lower. Infinite
   * while too little is known.
   */
  readonly low: number;
  readonly high: number;
  /** Whether the value is an anomaly, and news. It then lies outside of `low` to `high`. */
  readonly flagged: boolean;
}

/** Watches series for values that are not as those before, each through a state of its own. */
export interface AnomalyDetector {
  readonly empty: () => AnomalyState;
  /**
   * Judges the next value of a series by those before it, and then learns it, in the given state.
   *
   * @param time in ms since 1970, not before that of the value before
   * @param value one that is not finite is passed over: it has score 0, and teaches nothing
   */
  readonly observe: (state: AnomalyState, time: number, value: number) => Verdict;
  readonly encode: (state: AnomalyState) => Buffer;
  /** @throws {EncodingError} on bytes that `encode` did not write */
  readonly decode: (bytes: Uint8Array) => AnomalyState;
}

/** Values after which some 63 % of what was told of is forgotten. */
const TOLD_MEMORY = 150;
// Differences and their sums have to stay below 1.8e308.
const LARGEST = 1e300;

/**
 * A detector of anomalies in series of numbers at regular or irregular times: one pass, a bounded state, the same result
 * each time. docs/anomaly.md says how it works.
 *
 * @throws {PipelineError} if an option is unknown or out of range
 * @example
 * const detector = anomalyDetector({ sensitivity: 5 });
 * const state = detector.empty();
 * for (const { time, value } of series) {
 *   const { flagged, low, high } = detector.observe(state, time, value);
 *   if (flagged) console.log(`${value} at ${time} is outside of ${low} to ${high}`);
 * }
 */
export function anomalyDetector(options: AnomalyOptions = {}, field = 'anomaly()'): AnomalyDetector {
  const settings = readOptions(field, options);
  return {
    empty: () => emptyState(settings.seasons),
    observe: (state, time, value) => observe(state, settings, time, value),
    encode: encodeState,
    decode: (bytes) => decodeState(bytes, settings.seasons),
  };
}

function observe(state: AnomalyState, settings: AnomalySettings, time: number, value: number): Verdict {
  const known = Number.isFinite(time) && Number.isFinite(value);
  if (known && state.count === 0) {
    state.since = time;
    state.origin = value;
  }
  const { model, seasonal } = expectationOf(state, settings, time);
  const { level, tail } = model.each;
  const news = newsOf(settings.threshold);
  const expected = toFinite(state.origin + (seasonal + level.mean));
  const distance = state.count < settings.minHistory ? Infinity : distanceOf(tail, news);
  // A scale of 0 would make NaN of it.
  const reach = distance === Infinity ? Infinity : level.scale * distance;
  const score = known
    ? scoreOf(tell(state, learn(state, time, relativeTo(state, value)).get(model) ?? 0))
    : 0;
  return {
    score,
    expected,
    low: expected - reach,
    high: expected + reach,
    flagged: score > 0 && score >= settings.threshold && reach < Infinity,
  };
}

function relativeTo({ origin }: AnomalyState, value: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, value - origin));
}

function toFinite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

/**
 * What of a surprise is news. While an anomaly lasts, what is no worse than its worst has been told of, which is forgotten
 * bit by bit: alarms come one for each anomaly, and again if it stays or gets worse.
 */
function tell(state: AnomalyState, surprise: number): number {
  const news = Math.max(0, surprise - state.told);
  state.told = Math.max(state.told, surprise) * (1 - 1 / TOLD_MEMORY);
  return news;
}
