import { describe, expect, it } from 'vitest';
import * as weir from '../../lib/index.ts';

type Call = (...args: readonly unknown[]) => unknown;

// As an author without a check of types calls them.
const {
  count,
  derived,
  distinct,
  first,
  histogram,
  last,
  max,
  mean,
  min,
  only,
  quantile,
  quantiles,
  rate,
  ratio,
  stddev,
  sum,
  topBy,
  topK,
  variance,
} = weir as unknown as Readonly<Record<keyof typeof weir, Call>>;

const value = (event: { readonly value: number }): number => event.value;

describe('a measure that is called with what it cannot take', () => {
  it.each<[measure: string, call: () => unknown]>([
    ['sum', () => sum()],
    ['min', () => min('value')],
    ['max', () => max(null)],
    ['mean', () => mean()],
    ['variance', () => variance()],
    ['stddev', () => stddev({})],
    ['quantile', () => quantile(0.99)],
    ['quantiles', () => quantiles([0.5], [0.9])],
    ['histogram', () => histogram([0, 15])],
    ['distinct', () => distinct()],
    ['topK', () => topK(5)],
    ['topBy', () => topBy('bidder', value)],
    ['first', () => first()],
    ['last', () => last('value')],
    ['count', () => count('value')],
    ['count', () => count(null)],
    ['only', () => only(count(), count())],
  ])('%s refuses what is no function, and names the call', (measure, call) => {
    expect(call).toThrow(weir.PipelineError);
    expect(call).toThrow(`pipeline: first argument of ${measure}() is not a function; give a function `);
  });

  it.each<[field: string, call: () => unknown]>([
    ['second argument of only()', () => only(() => true, value)],
    ['denominator of ratio()', () => ratio(count())],
    ['numerator of ratio()', () => ratio(value, count())],
    ['measure most of derived()', () => derived({ n: count(), most: value }, () => 0)],
    ['first argument of rate()', () => rate('bytes', '1s')],
  ])('what is no measure is refused as the %s', (field, call) => {
    expect(call).toThrow(weir.PipelineError);
    expect(call).toThrow(`pipeline: ${field} is not a measure; write one such as count()`);
  });

  it('topBy refuses to be without a number to rank by', () => {
    expect(() => topBy(value)).toThrow(
      'pipeline: second argument of topBy() is not a function; give a function of the event: (event) => event.price',
    );
  });

  it('derived refuses to be without measures, and without a function', () => {
    expect(() => derived()).toThrow(
      'pipeline: first argument of derived() is missing; give measures by name',
    );
    expect(() => derived({ n: count() })).toThrow(
      'pipeline: second argument of derived() is not a function; give a function of the results',
    );
  });
});
