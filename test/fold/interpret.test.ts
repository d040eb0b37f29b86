import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { count, definePipeline, mean } from '../../lib/index.ts';
import { createInterpreter, isRejection, type Interpreted } from '../../lib/fold/interpret.ts';
import { minutes, MINUTE, pipeline, T0 } from '../support/pipeline.ts';

const interpret = createInterpreter(pipeline);
const good = { at: T0, page: 'home', user: 'ann', ms: 12 };

function read(value: unknown, arrival?: number): Interpreted {
  const outcome = interpret(value, arrival);
  if (outcome === 'ignored' || isRejection(outcome)) throw new Error(JSON.stringify(outcome));
  return outcome;
}

describe('an event that can be folded', () => {
  it('gives its time, its key in each aggregate, and the inputs of all measures in order', () => {
    expect(read(good)).toEqual({ time: T0, keys: ['home', 'home|ann'], inputs: [1, 12, 12, 1, 12] });
  });

  it('is what the schema gives, not what it takes', () => {
    expect(read({ at: '2024-01-01T00:00:00Z', page: 'home' })).toMatchObject({
      time: T0,
      keys: ['home', 'home|nobody'],
    });
  });

  it('may lack the input of a measure', () => {
    expect(read({ ...good, ms: null }).inputs).toEqual([1, null, null, 1, null]);
  });

  it('has its time, as read, told to each measure', () => {
    const times: unknown[] = [];
    const spy = { ...count(), input: (_event: unknown, time: number) => times.push(time) };

    createInterpreter(
      definePipeline(z.object({}), {
        eventTime: () => '2024-01-01T00:00:00.500Z',
        aggregates: { all: { key: {}, pane: '1m', measures: { one: spy, other: spy } } },
      }),
    )({}, undefined);

    expect(times).toEqual([T0 + 500, T0 + 500]);
  });

  it('may be as far ahead of its arrival as maxAhead', () => {
    expect(read(good, T0 - 60 * MINUTE).time).toBe(T0);
  });

  it('may be as far behind its arrival as it likes', () => {
    expect(read(good, minutes(1e6)).time).toBe(T0);
  });

  it.each([
    ['text', 'ATL', 'ATL'],
    ['empty text', '', ''],
    ['a number', 1.5, '1.5'],
    ['minus zero', -0, '0'],
    ['a boolean', false, 'false'],
    ['text beyond Latin', '\u{1F6EB}', '\u{1F6EB}'],
  ])('may have a dimension of %s', (_what, value, text) => {
    expect(byKey(() => value)).toMatchObject({ keys: [text] });
  });

  it('may have a key of 900 bytes', () => {
    expect(byKey(() => '\u20AC'.repeat(300))).toMatchObject({ keys: ['\u20AC'.repeat(300)] });
  });
});

/** Interpreted by a pipeline whose one aggregate has this dimension. */
function byKey(dimension: () => unknown) {
  return createInterpreter(
    definePipeline(z.object({}), {
      eventTime: () => T0,
      aggregates: {
        all: { key: { where: dimension as () => string }, pane: '1m', measures: { n: count() } },
      },
    }),
  )({}, undefined);
}

/** Interpreted by a pipeline with these functions in the places where an author writes some. */
function by(over: {
  schema?: z.ZodType<Record<string, unknown>>;
  time?: () => number;
  key?: () => string;
  input?: () => number;
}) {
  return createInterpreter(
    definePipeline(over.schema ?? z.record(z.string(), z.unknown()), {
      eventTime: over.time ?? (() => T0),
      aggregates: {
        first: { key: {}, pane: '1m', measures: { n: count() } },
        all: {
          key: { one: () => 'a', where: over.key ?? (() => 'b') },
          pane: '1m',
          measures: { ms: mean(over.input ?? (() => 1)) },
        },
      },
    }),
  )({}, undefined);
}

const fails = (): never => {
  throw new TypeError('no such thing');
};

describe.each<[what: string, outcome: () => unknown, reason: string, detail: string]>([
  ['not an object', () => interpret('home', undefined), 'wrong-schema', 'expected object'],
  [
    'lacks a field',
    () => interpret({ at: T0 }, undefined),
    'wrong-schema',
    'page: Invalid input: expected string',
  ],
  [
    'is wrong in more places than can be told',
    () => interpret({ at: [], page: 1, user: 2, ms: '3' }, undefined),
    'wrong-schema',
    '(and 1 more)',
  ],
  [
    'has a time without a zone',
    () => interpret({ ...good, at: '2024-01-01T00:00:00' }, undefined),
    'bad-time',
    "event time '2024-01-01T00:00:00' is not ISO 8601 with a zone",
  ],
  [
    'has a time in seconds',
    () => interpret({ ...good, at: T0 / 1000 }, undefined),
    'bad-time',
    'looks like seconds',
  ],
  [
    'is too far ahead of its arrival',
    () => interpret({ ...good, at: T0 + 1 }, T0 - 60 * MINUTE),
    'too-far-ahead',
    `event time 2024-01-01T00:00:00.001Z is 3600 s after the record's arrival at 2023-12-31T23:00:00.000Z`,
  ],
  [
    'has null for a dimension',
    () => byKey(() => null),
    'bad-key',
    'dimension where of all is null; give text',
  ],
  ['has no dimension', () => byKey(() => undefined), 'bad-key', 'dimension where of all is undefined'],
  ['has NaN for a dimension', () => byKey(() => NaN), 'bad-key', 'dimension where of all is NaN'],
  ['has an infinite dimension', () => byKey(() => -Infinity), 'bad-key', 'is -Infinity'],
  ['has an object for a dimension', () => byKey(() => ({})), 'bad-key', 'is object'],
  [
    'has half a surrogate pair in a dimension',
    () => byKey(() => 'a\uD800'),
    'bad-key',
    'text with half a surrogate pair',
  ],
  [
    'has null for the second dimension',
    () => by({ key: () => null as unknown as string }),
    'bad-key',
    'dimension where of all is null',
  ],
  [
    'has a key of 901 bytes',
    () => byKey(() => `${'\u20AC'.repeat(300)}a`),
    'key-too-long',
    'the key of all takes 901 bytes, over the limit of 900',
  ],
  [
    'has a key that only its escapes make too long',
    () => byKey(() => '|'.repeat(451)),
    'key-too-long',
    'takes 902 bytes',
  ],
  [
    'has text for a number',
    () => by({ input: () => '12' as unknown as number }),
    'bad-value',
    'all.ms must be a finite number, got "12"',
  ],
  ['makes eventTime throw', () => by({ time: fails }), 'author-error', 'threw TypeError: no such thing'],
  ['makes a key function throw', () => by({ key: fails }), 'author-error', 'threw TypeError: no such thing'],
  ['makes a measure throw', () => by({ input: fails }), 'author-error', 'threw TypeError: no such thing'],
  [
    'makes a function throw what is no error',
    () =>
      by({
        key: () => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- authors do
          throw 'nothing';
        },
      }),
    'author-error',
    'threw nothing',
  ],
  [
    'makes a refinement of the schema throw',
    () => by({ schema: z.record(z.string(), z.unknown()).refine(fails) }),
    'author-error',
    'validates asynchronously, or threw',
  ],
  [
    'needs a schema that is asynchronous',
    () => by({ schema: z.record(z.string(), z.unknown()).refine(() => Promise.resolve(true)) }),
    'author-error',
    'validates asynchronously',
  ],
])('an event that %s', (_what, outcome, reason, detail) => {
  it(`is refused as ${reason}`, () => {
    expect(outcome()).toEqual({ reason, detail: expect.stringContaining(detail) as unknown });
  });
});

it('never throws, whatever the event', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.record({ at: fc.jsonValue(), page: fc.jsonValue() })),
      (value) => {
        const outcome = interpret(value, T0);

        expect(outcome !== 'ignored' && (isRejection(outcome) || outcome.keys.length === 2)).toBe(true);
      },
    ),
  );
});
