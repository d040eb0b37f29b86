import type { Verdict } from './response.ts';

/** Records of a batch under work, as a range of its indices: start inclusive, end exclusive. */
export interface Work {
  readonly start: number;
  readonly end: number;
  /** Retries spent. */
  readonly retries: number;
  /** Times that these records have been given to the function. */
  readonly invocations: number;
}

/** What follows an invocation. */
export interface Decision {
  /** What is still to be given to the function, in order. */
  readonly next: readonly Work[];
  /** Records that Lambda gives up on. */
  readonly discard: Work | undefined;
  /** Whether to wait before the next invocation. */
  readonly backOff: boolean;
}

/** The settings that decide. */
export interface Rules {
  readonly bisect: boolean;
  /** Infinity if not bounded. */
  readonly maximumRetryAttempts: number;
}

/**
 * What Lambda does after an invocation. A bisect spends no retry: with a partial response the split is at the record
 * reported, otherwise in the middle.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 *
 * @param work what was given, this invocation counted in
 */
export function decide(rules: Rules, work: Work, verdict: Verdict): Decision {
  if (verdict.type === 'success') return { next: [], discard: undefined, backOff: false };
  const start = verdict.type === 'partial' ? work.start + verdict.index : work.start;
  const left = { ...work, start };
  const moved = start > work.start;
  if (rules.bisect && moved) return { next: [left], discard: undefined, backOff: true };
  if (rules.bisect && left.end - left.start > 1) {
    const middle = left.start + Math.ceil((left.end - left.start) / 2);
    return {
      next: [
        { ...left, end: middle },
        { ...left, start: middle },
      ],
      discard: undefined,
      backOff: true,
    };
  }
  if (left.retries >= rules.maximumRetryAttempts) return { next: [], discard: left, backOff: false };
  return { next: [{ ...left, retries: left.retries + 1 }], discard: undefined, backOff: true };
}
