import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageBytes } from '../../lib/local/aws/dynamodb/image-size.ts';
import type { WireValue } from '../../lib/local/aws/dynamodb/image.ts';
import { isTooLarge, itemBytes, MOST_ITEM_BYTES } from '../../lib/store/item-size.ts';
import { paneItem, type Item } from '../../lib/store/pane-item.ts';
import type { Closed } from '../../lib/store/port.ts';
import { LANE, sequence } from '../support/kinesis.ts';
import { T0, views, visits } from '../support/pipeline.ts';

type Value = Item[string];

const wire = (item: Item): Record<string, WireValue> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, wireValue(value)]));

function wireValue({ S, N, B, M }: Value): WireValue {
  if (M !== undefined) return { M: wire(M) };
  if (B !== undefined) return { B: Buffer.from(B).toString('base64') };
  return N === undefined ? { S: S ?? '' } : { N };
}

const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 60 });
const name = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 })
  .filter((n) => n !== '__proto__');
const leaf = (text: fc.Arbitrary<string>): fc.Arbitrary<Value> =>
  fc.oneof(
    text.map((S): Value => ({ S })),
    bytes.map((B): Value => ({ B })),
  );
const itemOf = (value: fc.Arbitrary<Value>): fc.Arbitrary<Item> =>
  fc.dictionary(
    name,
    fc.oneof(
      { weight: 4, arbitrary: value },
      fc.dictionary(name, value).map((M): Value => ({ M })),
    ),
  );

describe('itemBytes', () => {
  it('counts texts, bytes and maps as DynamoDB does, to the byte', () => {
    fc.assert(
      fc.property(itemOf(leaf(ascii)), (item) => {
        expect(itemBytes(item)).toBe(imageBytes(wire(item)));
      }),
    );
  });

  it.each([
    ['a', 1],
    ['é', 2],
    ['€', 3],
    ['😀', 4],
  ])('counts %s in UTF-8, in names as well as in values', (char, size) => {
    expect(itemBytes({ pk: { S: char } })).toBe(2 + size);
    expect(itemBytes({ [char]: { S: '' } })).toBe(size);
    expect(itemBytes({ m: { M: { [char]: { B: new Uint8Array(7) } } } })).toBe(1 + 3 + 1 + size + 7);
  });

  it('counts a whole number as what DynamoDB may take for it, or more by what its zeros at the end would take', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -100, max: 100 })),
        (number) => {
          const text = String(number);
          const zeros = /0*$/.exec(text)?.[0].length ?? 0;
          const over = itemBytes({ n: { N: text } }) - imageBytes({ n: { N: text } });

          expect(over).toBeGreaterThanOrEqual(0);
          expect(over).toBeLessThanOrEqual(2 + zeros / 2);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('counts no number as more than 21 bytes', () => {
    expect(itemBytes({ n: { N: '1'.repeat(38) } })).toBe(1 + 21);
  });

  it('is never less than what DynamoDB counts for a pane, and hardly more', () => {
    const pane = fc.record({
      aggregate: fc.constantFrom(views, visits),
      key: ascii,
      values: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 20 }),
      closed: fc.constantFrom<Closed | undefined>(undefined, { from: sequence(9), why: 'full' }),
      version: fc.integer({ min: 1, max: 1e9 }),
    });
    fc.assert(
      fc.property(pane, ({ aggregate, key, values, closed, version }) => {
        const accs = aggregate.measures.map(({ measure }) =>
          values.reduce((acc: unknown, value) => measure.add(acc, value), measure.empty()),
        );
        const [first, mark] = [sequence(0), sequence(values.length)];
        const item = paneItem(
          { aggregate, key, start: T0, lane: LANE },
          { accs, records: values.length, first, mark, closed, version },
          T0,
        );

        expect(itemBytes(item)).toBeGreaterThanOrEqual(imageBytes(wire(item)));
        expect(itemBytes(item)).toBeLessThanOrEqual(imageBytes(wire(item)) + 20);
      }),
    );
  });
});

describe('isTooLarge', () => {
  const closing = { closed: { S: sequence(1) }, why: { S: 'late' } };
  /** A pane's item of so many bytes. */
  const itemOfBytes = (size: number, over: Item = {}): Item => {
    const item: Item = { pk: { S: 'views|home' }, m: { M: { 'ms:mean': { B: new Uint8Array() } } }, ...over };
    const B = new Uint8Array(size - itemBytes(item));
    return { ...item, m: { M: { 'ms:mean': { B } } } };
  };

  it.each<[string, number, Item, boolean]>([
    ['an open pane with just the room to close it', 400 * 1024 - 1024, {}, false],
    ['an open pane with a byte less than that', 400 * 1024 - 1024 + 1, {}, true],
    ['a closed pane that just fits', 400 * 1024, closing, false],
    ['a closed pane with a byte more', 400 * 1024 + 1, closing, true],
  ])('says of %s: %d bytes', (_what, size, over, expected) => {
    const item = itemOfBytes(size, over);

    expect(itemBytes(item)).toBe(size);
    expect(isTooLarge(item)).toBe(expected);
  });

  it('keeps room for any closing record, and for the counts to grow', () => {
    const counts = { v: { N: '1' }, n: { N: '1' } };
    const item = itemOfBytes(MOST_ITEM_BYTES - 1024, counts);
    // The longest sequence number there is, of the last user record of one.
    const from = `${'9'.repeat(128)}.999999`;
    const closed = {
      ...item,
      v: { N: String(Number.MAX_SAFE_INTEGER) },
      n: { N: String(Number.MAX_SAFE_INTEGER) },
      mark: { S: from },
      closed: { S: from },
      why: { S: 'full' },
    };

    expect(isTooLarge(item)).toBe(false);
    expect(isTooLarge(closed)).toBe(false);
  });
});
