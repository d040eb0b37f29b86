import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createFindSource, unknownType } from '../../lib/pipeline/find-source.ts';
import type { Matcher, Source } from '../../lib/pipeline/pipeline.ts';

type Declared = readonly [when: Matcher | undefined, stream?: string];

function sourcesOf(...declared: readonly Declared[]): Source[] {
  return declared.map(([when, stream = 'events'], index) => ({
    index,
    stream,
    when,
    schema: z.unknown(),
    eventTime: () => 0,
  }));
}

/** Index of the source that an event is of. */
function found(sources: readonly Source[], value: unknown, stream?: string): number | undefined {
  return createFindSource(sources)(value, stream)?.index;
}

describe('of sources told apart by one field', () => {
  const sources = sourcesOf([{ type: ['bid', 'ask'] }], [{ type: ['auction'] }], [{ type: [7, true] }]);

  it.each<[string, unknown, number | undefined]>([
    ['the first value', { type: 'bid' }, 0],
    ['another value of the same', { type: 'ask' }, 0],
    ['a value of another', { type: 'auction', price: 1 }, 1],
    ['a number', { type: 7 }, 2],
    ['a boolean', { type: true }, 2],
    ['the number as text', { type: '7' }, undefined],
    ['another value', { type: 'click' }, undefined],
    ['null', { type: null }, undefined],
    ['no such field', {}, undefined],
    ['no fields', 'bid', undefined],
    ['nothing', null, undefined],
    ['elements', ['bid'], undefined],
    ['a name of the prototype', { type: 'constructor' }, undefined],
  ])('finds that of an event with %s', (_, value, index) => {
    expect(found(sources, value)).toBe(index);
  });
});

describe('of sources with several fields', () => {
  const sources = sourcesOf([{ type: ['bid'], version: [2, 3] }], [{ type: ['auction'] }]);

  it.each<[unknown, number | undefined]>([
    [{ type: 'bid', version: 3 }, 0],
    [{ type: 'bid', version: 1 }, undefined],
    [{ type: 'bid' }, undefined],
    [{ type: 'auction', version: 1 }, 1],
  ])('wants each of them: %j', (value, index) => {
    expect(found(sources, value)).toBe(index);
  });

  it('finds those that have no field in common', () => {
    const apart = sourcesOf(
      [{ type: ['a'], kind: ['x'] }],
      [{ kind: ['y'], level: [1] }],
      [{ type: ['b'], level: [2] }],
    );

    expect(found(apart, { type: 'a', kind: 'x', level: 1 })).toBe(0);
    expect(found(apart, { type: 'a', kind: 'y', level: 1 })).toBe(1);
    expect(found(apart, { type: 'b', kind: 'y', level: 2 })).toBe(2);
    expect(found(apart, { type: 'b', kind: 'x', level: 3 })).toBeUndefined();
  });

  it('finds the one that a look at every source finds', () => {
    const value = fc.constantFrom('a', 'b', 'c', 'd', 1, true);
    const event = fc.record({ type: value, kind: value }, { requiredKeys: [] });
    const kinds = fc.uniqueArray(fc.uniqueArray(value, { minLength: 1 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(kinds, fc.option(value), event, (lists, kind, one) => {
        const taken = new Set<unknown>();
        const apart = lists.map((list) => list.filter((item) => !taken.has(item) && taken.add(item)));
        const matchers = apart
          .filter((list) => list.length > 0)
          .map((list, i): Declared => [
            { type: list, ...(i === 0 && kind !== null ? { kind: [kind] } : {}) },
          ]);
        const wanted = matchers.findIndex(([when = {}]) =>
          Object.entries(when).every(([field, list]) => list.includes(one[field as 'type' | 'kind'])),
        );

        expect(found(sourcesOf(...matchers), one)).toBe(wanted < 0 ? undefined : wanted);
      }),
    );
  });
});

describe('of sources in several streams', () => {
  const sources = sourcesOf(
    [{ type: ['bid'] }],
    [{ type: ['auction'] }],
    [undefined, 'orders'],
    [undefined, 'web-orders'],
  );

  it.each<[string, unknown, number | undefined]>([
    ['weir-dev-events', { type: 'bid' }, 0],
    ['weir-dev-events', { type: 'order' }, undefined],
    ['events', { type: 'auction' }, 1],
    ['weir-dev-orders', { type: 'bid' }, 2],
    ['weir-dev-web-orders', {}, 3],
    ['web-orders', {}, 3],
    ['weir-dev-weborders', {}, undefined],
    ['weir-dev-preorders', {}, undefined],
    ['somewhere', { type: 'bid' }, undefined],
  ])('finds in %s that of %j', (stream, value, index) => {
    expect(found(sources, value, stream)).toBe(index);
  });

  it('goes from stream to stream and back', () => {
    const find = createFindSource(sources);
    const streams = [
      'weir-dev-events',
      'weir-dev-orders',
      undefined,
      'weir-dev-events',
      'none',
      'weir-dev-orders',
    ];

    expect(streams.map((stream) => find({ type: 'auction' }, stream)?.index)).toEqual([
      1,
      2,
      1,
      1,
      undefined,
      2,
    ]);
  });

  it('asks for no stream where an event can be of one source only', () => {
    const apart = sourcesOf([{ type: ['bid'] }], [{ type: ['order'] }, 'orders']);

    expect(found(apart, { type: 'order' })).toBe(1);
    expect(found(apart, { type: 'order' }, 'weir-dev-events')).toBeUndefined();
  });
});

it('takes a pipeline’s one stream whatever its name is', () => {
  expect(found(sourcesOf([{ type: ['bid'] }], [{ type: ['ask'] }]), { type: 'ask' }, 'clicks')).toBe(1);
});

describe('the verdict on an event of no source', () => {
  const sources = sourcesOf([{ type: ['bid'] }], [{ type: ['a', 'b'], v: [2] }], [undefined, 'orders']);

  it.each<[string | undefined, string]>([
    [
      'weir-dev-events',
      'the pipeline knows: {"type":"bid"} of events; {"type":["a","b"],"v":2} of events; add',
    ],
    ['weir-dev-orders', 'the pipeline knows: all of orders; add'],
    ['weir-dev-clicks', 'the pipeline has no source of stream weir-dev-clicks, but of events, orders; add'],
    [undefined, '{"type":"bid"} of events; {"type":["a","b"],"v":2} of events; all of orders; add'],
  ])('names what the pipeline knows of %s', (stream, detail) => {
    expect(unknownType(sources, stream)).toEqual({
      reason: 'unknown-type',
      detail: expect.stringContaining(detail) as string,
    });
  });
});
