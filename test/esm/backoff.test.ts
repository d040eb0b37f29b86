import { expect, test } from 'vitest';
import { LAMBDA_BACKOFF, backoffMs } from '../../lib/esm/backoff.ts';

test.each([
  [1, 500],
  [2, 1_000],
  [7, 32_000],
  [8, 60_000],
  [10_000, 60_000],
])('after %i failures the pause is %i ms', (failures, expected) => {
  expect(backoffMs(LAMBDA_BACKOFF, failures, () => 0)).toBe(expected);
});

test('chance makes a pause up to a tenth longer', () => {
  expect(backoffMs(LAMBDA_BACKOFF, 1, () => 0.5)).toBe(525);
});
