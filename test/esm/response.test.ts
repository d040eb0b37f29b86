import { describe, expect, test } from 'vitest';
import { readResponse } from '../../lib/esm/response.ts';

const BATCH = ['11', '12', '13'];
const failures = (...identifiers: unknown[]) => ({
  batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('readResponse', () => {
  test.each([
    ['undefined', undefined],
    ['null', null],
    ['an empty object', {}],
    ['an empty list', []],
    ['an empty string', ''],
    ['some other text', 'processed 3 records'],
    ['no failures', { batchItemFailures: [] }],
    ['null failures', { batchItemFailures: null }],
    ['a misspelt list', { batchItemFailure: [{ itemIdentifier: '11' }] }],
  ])('takes %s for success', (_, response) => {
    expect(readResponse(response, BATCH)).toEqual({ kind: 'success' });
  });

  test.each([
    ['an empty identifier', failures('')],
    ['a null identifier', failures(null)],
    ['a number', failures(12)],
    ['an identifier of no record', failures('99')],
    ['a wrong key', { batchItemFailures: [{ item_identifier: '12' }] }],
    ['a bare identifier', { batchItemFailures: ['12'] }],
    ['a wrong one beside a right one', failures('12', '')],
    ['failures that are no list', { batchItemFailures: '12' }],
  ])('fails the whole batch for %s', (_, response) => {
    expect(readResponse(response, BATCH)).toMatchObject({ kind: 'malformed' });
  });

  test.each([
    ['the first record', failures('11'), 0],
    ['the last record', failures('13'), 2],
    ['the lowest of several, in any order', failures('13', '12'), 1],
  ])('takes the checkpoint from %s', (_, response, from) => {
    expect(readResponse(response, BATCH)).toEqual({ kind: 'partial', from });
  });

  test('orders by position and not as text', () => {
    expect(readResponse(failures('100', '99'), ['98', '99', '100'])).toEqual({ kind: 'partial', from: 1 });
  });
});
