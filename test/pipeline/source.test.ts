import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { count, definePipeline, source } from '../../lib/index.ts';

const eventTime = (): number => 0;
const schema = z.object({});

/** A pipeline with one aggregate over each of these sources. */
function over(...declared: readonly object[]) {
  const nodes = declared.map((one, i) => [
    `a${i}`,
    source(schema, { eventTime, ...one }).aggregate({ key: {}, pane: '1m', measures: { n: count() } }),
  ]);
  return definePipeline({ aggregates: Object.fromEntries(nodes) as never });
}

describe('a source is refused', () => {
  it.each<[string, object, string]>([
    ['with an empty when', { when: {} }, "source.when is empty; write when: { type: 'bid' }"],
    ['with no value of a field', { when: { type: [] } }, "source.when.type has no values; write type: 'bid'"],
    ['with null for a value', { when: { type: null } }, 'source.when.type has a value that is neither text'],
    [
      'with no value at all',
      { when: { type: undefined } },
      'source.when.type has a value that is neither text',
    ],
    ['with an object among values', { when: { type: ['bid', {}] } }, 'source.when.type has a value that is'],
    ['with no name of a stream', { stream: 'a b' }, "source.stream 'a b' is no name of a stream; begin with"],
    ['with no name of a stream at all', { stream: '' }, "source.stream '' is no name of a stream"],
    ['with what nothing reads', { streem: 'a' }, 'source.streem is unknown; did you mean stream?'],
    ['without event time', { eventTime: undefined }, 'source.eventTime is not a function; write eventTime:'],
  ])('%s', (_, declared, message) => {
    expect(() => over(declared)).toThrow(message);
  });
});

describe('two sources are refused', () => {
  it.each<[string, object, object, string]>([
    [
      'that take all of one stream',
      {},
      {},
      'overlap: an event could be of both one without when and one without when',
    ],
    [
      'of which one takes all',
      { when: { type: 'bid' } },
      {},
      'overlap: an event could be of both one without when and the one with when: {"type":"bid"}',
    ],
    [
      'that have a value in common',
      { when: { type: ['a', 'b'] } },
      { when: { type: ['b', 'c'] } },
      'both the one with when: {"type":["b","c"]} and the one with when: {"type":["a","b"]}; tell them apart',
    ],
    [
      'that have no field in common',
      { when: { a: 1 } },
      { when: { b: 1 } },
      'sources of stream events overlap',
    ],
  ])('%s', (_, one, other, message) => {
    expect(() => over(one, other)).toThrow(message);
  });

  it.each<[string, object, object]>([
    ['told apart by a field', { when: { type: 'a' } }, { when: { type: 'b' } }],
    ['told apart by the second of two', { when: { type: 'a', v: 1 } }, { when: { type: 'a', v: 2 } }],
    ['told apart by their streams', {}, { stream: 'orders' }],
    ['told apart by the kind of a value', { when: { type: 1 } }, { when: { type: '1' } }],
  ])('but not those %s', (_, one, other) => {
    expect(over(one, other).sources).toHaveLength(2);
  });
});

it('of several aggregates is one', () => {
  const views = source(schema, { eventTime });
  const node = () => views.aggregate({ key: {}, pane: '1m', measures: { n: count() } });

  expect(definePipeline({ aggregates: { one: node(), other: node() } }).sources).toHaveLength(1);
});
