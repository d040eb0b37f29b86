import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFilter } from '../../../lib/esm/filter/compile-filter.ts';
import { parseJson } from '../../../lib/esm/filter/json.ts';
import type { Json, Pattern, Rule } from './flat-matcher.ts';
import { flatMatches } from './flat-matcher.ts';
import { kinesisRecord } from './records.ts';

// Few names and values, so that patterns match about as often as not.
const name = fc.constantFrom('a', 'b', 'c');
const text = fc.constantFrom('x', 'y', 'xy', 'X');
const scalar = fc.oneof(text, fc.integer({ min: -1, max: 3 }), fc.constantFrom(null, true));

const { document } = fc.letrec<{ node: Json; document: Json }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 3, arbitrary: scalar },
    { weight: 2, arbitrary: fc.array(tie('node'), { maxLength: 3 }) },
    { weight: 3, arbitrary: tie('document') },
  ),
  document: fc.dictionary(name, tie('node'), { maxKeys: 3, noNullPrototype: true }),
}));

const rule: fc.Arbitrary<Rule> = fc.oneof(
  scalar,
  text.map((prefix) => ({ prefix })),
  text.map((suffix) => ({ suffix })),
  text.map((wanted) => ({ 'equals-ignore-case': wanted })),
  fc.array(text, { minLength: 1, maxLength: 2 }).map((wanted) => ({ 'anything-but': wanted })),
  fc.tuple(fc.constantFrom('<', '>=', '='), fc.integer({ min: 0, max: 2 })).map((numeric) => ({ numeric })),
  fc.constant({ exists: true }),
);
const leaf = fc.oneof(
  { weight: 4, arbitrary: fc.array(rule, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.constant([{ exists: false }]) },
);
const { pattern } = fc.letrec<{ field: Pattern[string]; pattern: Pattern }>((tie) => ({
  field: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 2, arbitrary: leaf },
    { weight: 2, arbitrary: tie('pattern') },
  ),
  pattern: fc.dictionary(name, tie('field'), { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
}));

const passes = (data: object, record: Json): boolean | undefined =>
  compileFilter({ Filters: [{ Pattern: { data } }] }, 'kinesis')?.(kinesisRecord(JSON.stringify(record)));

describe('a filter', () => {
  test('matches what the definition matches', () => {
    fc.assert(
      fc.property(pattern, document, (wanted, record) => {
        expect(passes(wanted, record)).toBe(flatMatches(wanted, record));
      }),
      { numRuns: 2_000 },
    );
  });

  test('with alternatives matches if one does', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 2, maxLength: 3 }), document, (branches, record) => {
        const any = branches.some((branch) => flatMatches(branch, record));
        expect(passes({ $or: branches }, record)).toBe(any);
        const filters = branches.map((data) => ({ Pattern: { data } }));
        expect(compileFilter({ Filters: filters }, 'kinesis')?.(kinesisRecord(JSON.stringify(record)))).toBe(
          any,
        );
      }),
    );
  });

  test('takes a pattern as text and as an object for the same', () => {
    fc.assert(
      fc.property(pattern, document, (wanted, record) => {
        const filter = compileFilter(
          { Filters: [{ Pattern: JSON.stringify({ data: wanted }, null, 1) }] },
          'kinesis',
        );
        expect(filter?.(kinesisRecord(JSON.stringify(record)))).toBe(passes(wanted, record));
      }),
    );
  });
});

describe('parseJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        expect(rebuild(parseJson(JSON.stringify(value, null, space)))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  test('takes for JSON what JSON.parse takes for it', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '1',
      '-',
      '.5',
      'e3',
      'true',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 7 }), (fragments) => {
        const source = fragments.join('');
        expect(parseJson(source) !== undefined).toBe(isJson(source));
      }),
    );
  });

  /** https://docs.aws.amazon.com/streams/latest/dev/large-records.html: a record may have 10 MiB. */
  test.each(['x', '"', '\\\\'])('reads a text as long as a record may be, of %s', (character) => {
    const text = character.repeat((9 * 1_024 * 1_024) / JSON.stringify(character).slice(1, -1).length);
    const node = parseJson(JSON.stringify({ text }));
    const [member] = node?.kind === 'object' ? node.members : [];
    expect(member?.[1].kind === 'string' && member[1].text === text).toBe(true);
  });

  test('reads lists of any depth', () => {
    const depth = 100_000;
    const record = kinesisRecord(`{"a":${'['.repeat(depth)}"x"${']'.repeat(depth)}}`);
    expect(compileFilter({ Filters: [{ Pattern: { data: { a: ['x'] } } }] }, 'kinesis')?.(record)).toBe(true);
  });
});

function isJson(source: string): boolean {
  try {
    JSON.parse(source);
    return true;
  } catch {
    return false;
  }
}

function rebuild(node: ReturnType<typeof parseJson>): unknown {
  switch (node?.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(([member, value]) => [member, rebuild(value)]));
    case 'list':
      return node.items.map((item) => rebuild(item));
    case 'string':
      return node.text;
    default:
      return JSON.parse(node?.text ?? '');
  }
}
