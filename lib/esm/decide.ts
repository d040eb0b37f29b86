import type { StreamRecord } from './sources/source.ts';

/** Consecutive records that are given to the function together, and what has been tried with them. */
export interface Segment {
  readonly records: readonly StreamRecord[];
  /** Invocations that failed and count against MaximumRetryAttempts. */
  readonly failures: number;
  /** Invocations that could not be made at all since the last one that could. */
  readonly refusals: number;
  /** Of the last invocation that they were given to; undefined if there was none. */
  readonly requestId?: string;
}

/** How an invocation ended. */
export type Outcome =
  | { readonly kind: 'success' }
  /** The records before `from` are done. */
  | { readonly kind: 'partial'; readonly from: number }
  /** All have failed: `functionError` is `Unhandled` for a throw, null for an answer that cannot be understood. */
  | { readonly kind: 'failed'; readonly functionError: 'Unhandled' | null; readonly reason: string }
  /** The function was not invoked: throttled, or not to be reached. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What is to become of a segment: its first `done` records are dealt with, and … */
export type Decision =
  | { readonly kind: 'done'; readonly done: number }
  /** … the rest comes again, after a pause. */
  | { readonly kind: 'retry'; readonly done: number; readonly rest: Segment }
  /** … the rest comes again at once, in these parts, in this order. */
  | { readonly kind: 'bisect'; readonly done: number; readonly parts: readonly Segment[] }
  /** … the rest is given up. */
  | { readonly kind: 'discard'; readonly done: number; readonly rest: Segment };

/** The settings that decide. */
export interface RetryPolicy {
  readonly maximumRetryAttempts: number;
  readonly bisectBatchOnFunctionError: boolean;
}

/**
 * Decides what becomes of a segment after an invocation.
 *
 * A split spends no retry. With a partial response the split is at the reported record and only the rest comes again;
 * where that would split nothing off, because the first record is the reported one, the rest is halved as after an
 * error: else the good records behind a bad one would be given up with it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function decide(segment: Segment, outcome: Outcome, policy: RetryPolicy): Decision {
  const { records } = segment;
  switch (outcome.kind) {
    case 'success':
      return { kind: 'done', done: records.length };
    case 'refused':
      return { kind: 'retry', done: 0, rest: { ...segment, refusals: segment.refusals + 1 } };
    case 'partial':
      if (policy.bisectBatchOnFunctionError && outcome.from > 0) {
        return { kind: 'bisect', done: outcome.from, parts: [part(segment, outcome.from)] };
      }
      return afterFailure(segment, outcome.from, policy);
    case 'failed':
      return afterFailure(segment, 0, policy);
  }
}

function afterFailure(segment: Segment, done: number, policy: RetryPolicy): Decision {
  const left = segment.records.length - done;
  if (policy.bisectBatchOnFunctionError && left > 1) {
    const middle = done + Math.ceil(left / 2);
    return { kind: 'bisect', done, parts: [part(segment, done, middle), part(segment, middle)] };
  }
  const rest = { ...part(segment, done), failures: segment.failures + 1 };
  return { kind: rest.failures > policy.maximumRetryAttempts ? 'discard' : 'retry', done, rest };
}

function part(segment: Segment, from: number, to?: number): Segment {
  return { ...segment, records: segment.records.slice(from, to), refusals: 0 };
}

/**
 * Parts a segment into the leading records that are older than the limit and the rest.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html, MaximumRecordAgeInSeconds
 * @returns undefined for a part without records
 */
export function partExpired(
  segment: Segment,
  nowMs: number,
  maximumRecordAgeMs: number,
): { readonly expired: Segment | undefined; readonly rest: Segment | undefined } {
  const { records } = segment;
  const fresh = records.findIndex(({ arrivalMs }) => nowMs - arrivalMs <= maximumRecordAgeMs);
  if (fresh === 0) return { expired: undefined, rest: segment };
  if (fresh === -1) return { expired: segment, rest: undefined };
  return {
    expired: { ...segment, records: records.slice(0, fresh) },
    rest: { ...segment, records: records.slice(fresh) },
  };
}
