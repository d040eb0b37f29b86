import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyRecord, keyText, keyValues } from '../../lib/fold/key.ts';
import { visits } from '../support/pipeline.ts';

// Mostly the characters that matter, so that collisions would be found.
const value = fc.oneof(fc.string({ unit: fc.constantFrom('|', '\\', 'a'), maxLength: 5 }), fc.string());
const values = fc.array(value, { minLength: 1, maxLength: 4 });

describe('keyText', () => {
  it.each([
    [['ATL'], 'ATL'],
    [['ATL', 'JFK'], 'ATL|JFK'],
    [['a|b', 'c\\d'], 'a\\|b|c\\\\d'],
    [['', ''], '|'],
    [[''], ''],
    [[], ''],
  ])('of %j is %j', (parts, text) => {
    expect(keyText(parts)).toBe(text);
  });

  it('is read back by keyValues', () => {
    fc.assert(
      fc.property(values, (parts) => {
        expect(keyValues(keyText(parts))).toEqual(parts);
      }),
    );
  });

  it('differs where keys differ', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(keyText(a) === keyText(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('keyRecord', () => {
  it('gives each value under the name of its dimension', () => {
    expect(keyRecord(visits, 'home|ann')).toEqual({ page: 'home', user: 'ann' });
  });

  it('is empty where there are no dimensions', () => {
    expect(keyRecord({ ...visits, dimensions: [] }, '')).toEqual({});
  });
});
