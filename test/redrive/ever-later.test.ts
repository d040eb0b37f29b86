import { expect, it } from 'vitest';
import { everLater } from '../../lib/redrive/ever-later.ts';

it('tries at once, then ever later, but never gives up', () => {
  const due = Array.from({ length: 40 }, (_, n) => n + 1).filter(everLater);

  expect(due).toEqual([1, 2, 4, 8, 16, 24, 32, 40]);
});
