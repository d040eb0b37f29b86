import { expect, it } from 'vitest';
import { groupBy } from '../../lib/collect/group-by.ts';

it('keeps names and items in the order in which they come', () => {
  const groups = groupBy(['ORD', 'ATL', 'OAK', 'AUS'], (airport) => airport[0]);

  expect([...groups]).toEqual([
    ['O', ['ORD', 'OAK']],
    ['A', ['ATL', 'AUS']],
  ]);
});
