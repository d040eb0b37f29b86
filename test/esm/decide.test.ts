import { describe, expect, test } from 'vitest';
import type { Decision, Outcome, Segment } from '../../lib/esm/decide.ts';
import { decide, partExpired } from '../../lib/esm/decide.ts';

const segment = (count: number, failures = 0, from = 1): Segment => ({
  records: Array.from({ length: count }, (_, index) => ({
    sequenceNumber: String(from + index),
    arrivalMs: (from + index) * 1_000,
    orderKey: '',
    event: {},
    bytes: 1,
  })),
  failures,
  refusals: 0,
});

/** A decision in short: what is done, and the sequence numbers and failures of what is left. */
function inShort(decision: Decision) {
  const short = ({ records, failures }: Segment) => [
    records.map(({ sequenceNumber }) => sequenceNumber).join(' '),
    failures,
  ];
  const { kind, done } = decision;
  switch (decision.kind) {
    case 'done':
      return [kind, done];
    case 'bisect':
      return [kind, done, ...decision.parts.map(short)];
    default:
      return [kind, done, short(decision.rest)];
  }
}

const THROWN: Outcome = { kind: 'failed', functionError: 'Unhandled', reason: 'Error' };
const MALFORMED: Outcome = { kind: 'failed', functionError: null, reason: 'empty identifier' };
const from = (position: number): Outcome => ({ kind: 'partial', from: position });

describe('decide without bisecting', () => {
  test.each<[string, Segment, Outcome, number, unknown[]]>([
    ['success', segment(3), { kind: 'success' }, 0, ['done', 3]],
    ['success at last', segment(3, 2), { kind: 'success' }, 2, ['done', 3]],
    ['a throw', segment(3), THROWN, 2, ['retry', 0, ['1 2 3', 1]]],
    ['an answer that makes no sense', segment(3), MALFORMED, 2, ['retry', 0, ['1 2 3', 1]]],
    ['the last retry to fail', segment(3, 2), THROWN, 2, ['discard', 0, ['1 2 3', 3]]],
    ['a throw without retries', segment(3), THROWN, 0, ['discard', 0, ['1 2 3', 1]]],
    ['a throw with endless retries', segment(3, 9_999), THROWN, Infinity, ['retry', 0, ['1 2 3', 10_000]]],
    ['a checkpoint', segment(3), from(1), 2, ['retry', 1, ['2 3', 1]]],
    ['a checkpoint at the first record', segment(3), from(0), 2, ['retry', 0, ['1 2 3', 1]]],
    ['a checkpoint at the last retry', segment(3, 2), from(2), 2, ['discard', 2, ['3', 3]]],
  ])('after %s', (_, given, outcome, maximumRetryAttempts, expected) => {
    const decision = decide(given, outcome, { maximumRetryAttempts, bisectBatchOnFunctionError: false });
    expect(inShort(decision)).toEqual(expected);
  });
});

describe('decide with bisecting', () => {
  test.each<[string, Segment, Outcome, number, unknown[]]>([
    ['success', segment(3), { kind: 'success' }, 0, ['done', 3]],
    ['a throw, even', segment(4), THROWN, 2, ['bisect', 0, ['1 2', 0], ['3 4', 0]]],
    ['a throw, odd', segment(3), THROWN, 2, ['bisect', 0, ['1 2', 0], ['3', 0]]],
    ['a throw without retries', segment(2), THROWN, 0, ['bisect', 0, ['1', 0], ['2', 0]]],
    ['a throw of one record', segment(1), THROWN, 2, ['retry', 0, ['1', 1]]],
    ['a throw of one record at the last retry', segment(1, 2), THROWN, 2, ['discard', 0, ['1', 3]]],
    ['a checkpoint: only the rest comes again', segment(4), from(1), 2, ['bisect', 1, ['2 3 4', 0]]],
    ['a checkpoint at the last record', segment(4), from(3), 0, ['bisect', 3, ['4', 0]]],
    ['a checkpoint at the first record', segment(4), from(0), 2, ['bisect', 0, ['1 2', 0], ['3 4', 0]]],
    ['a checkpoint at the only record', segment(1), from(0), 0, ['discard', 0, ['1', 1]]],
  ])('after %s', (_, given, outcome, maximumRetryAttempts, expected) => {
    const decision = decide(given, outcome, { maximumRetryAttempts, bisectBatchOnFunctionError: true });
    expect(inShort(decision)).toEqual(expected);
  });
});

test('a refused invocation spends no retry and splits nothing', () => {
  const decision = decide(
    segment(2),
    { kind: 'refused', reason: 'throttled' },
    { maximumRetryAttempts: 0, bisectBatchOnFunctionError: true },
  );
  expect(decision).toMatchObject({ kind: 'retry', done: 0, rest: { failures: 0, refusals: 1 } });
});

describe('partExpired', () => {
  test.each([
    ['none', 10_000, 60_000, undefined, 3],
    ['none, at exactly the limit', 61_000, 60_000, undefined, 3],
    ['the leading ones', 62_001, 60_000, 2, 1],
    ['all', 100_000, 60_000, 3, undefined],
    ['none without a limit', 1e15, Infinity, undefined, 3],
  ])('parts off %s', (_, nowMs, limitMs, expired, rest) => {
    const parts = partExpired(segment(3), nowMs, limitMs);
    expect(parts.expired?.records.length).toBe(expired);
    expect(parts.rest?.records.length).toBe(rest);
  });
});
