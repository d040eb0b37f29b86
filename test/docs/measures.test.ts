import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  count,
  derived,
  distinct,
  first,
  histogram,
  last,
  max,
  mean,
  min,
  quantile,
  quantiles,
  rate,
  ratio,
  stddev,
  sum,
  topBy,
  topK,
  variance,
  type Measure,
} from '../../lib/index.ts';
import { sample } from '../measures/distributions.ts';

const page = await readFile(new URL('../../docs/measures.md', import.meta.url), 'utf8');
const T0 = Date.UTC(2026, 0);
const identity = (value: number) => value;
const values = sample('log-normal', 1_000_000);

/** The measures of the page's table, by the text that stands first in the row. */
const measures: Readonly<Record<string, Measure<number, unknown>>> = {
  'count()': count(),
  'sum(of)': sum(identity),
  'min(of)': min(identity),
  'max(of)': max(identity),
  'mean(of)': mean(identity),
  'variance(of)': variance(identity),
  'stddev(of)': stddev(identity),
  'quantile(of, q)': quantile(identity),
  'quantile(of, q, { accuracy: 0.001 })': quantile(identity, 0.5, { accuracy: 0.001 }),
  'quantiles(of, qs)': quantiles(identity, [0.5, 0.99]),
  'histogram(of, [0, 15, 60])': histogram(identity, [0, 15, 60]),
  'distinct(of)': distinct(identity),
  'distinct(of, { precision: 14 })': distinct(identity, { precision: 14 }),
  'topK(of, k)': topK(identity),
  'topBy(of, by, k)': topBy(identity, identity),
  'first(of)': first(identity),
  'last(of)': last(identity),
  "rate('1s')": rate('1s'),
  'ratio(count(where), count())': ratio(
    count((value) => value > 15),
    count(),
  ),
  'derived({ most: max(of), least: min(of) }, value)': derived(
    { most: max(identity), least: min(identity) },
    ({ most, least }) => most - least,
  ),
};

function bytesOf(measure: Measure<number, unknown>): string[] {
  const sizes: string[] = [];
  let acc = measure.empty();
  let added = 0;
  for (const n of [0, 1, 1_000, 1_000_000]) {
    for (; added < n; added++) {
      const input = measure.input(values[added]!, T0 + added);
      if (input !== null && input !== undefined) acc = measure.add(acc, input);
    }
    sizes.push(measure.encode(acc).length.toLocaleString('en-US'));
  }
  return sizes;
}

describe('the page on measures', () => {
  it.each(Object.keys(measures))('says how many bytes %s takes', (name) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` `));

    expect(
      row
        ?.split('|')
        .slice(-5, -1)
        .map((cell) => cell.trim()),
    ).toEqual(bytesOf(measures[name]!));
  });

  it('has the example that is tested', async () => {
    const file = await readFile(new URL('../measures/range.ts', import.meta.url), 'utf8');
    const test = await readFile(new URL('../measures/range.test.ts', import.meta.url), 'utf8');
    const [measure, laws] = [...page.matchAll(/```ts\n(\/\/ \S+\n\n)?([^]*?)```/g)]
      .filter(([, path]) => path !== undefined)
      .map(([, , code]) => code);

    expect(measure).toBe(file.replaceAll('../../lib/measures/', './'));
    expect(laws).toBe(test.replaceAll("'./range.ts'", "'../../lib/measures/range.ts'"));
  });
});
