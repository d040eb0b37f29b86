import { describe, expect, it } from 'vitest';
import { chunks, concurrently, concurrentlyOrThrow } from '../../lib/store/concurrently.ts';

describe('concurrently', () => {
  it.each([1, 3, 100])('does all, at most %d at once', async (limit) => {
    const items = Array.from({ length: 20 }, (_, n) => n);
    const done: number[] = [];
    let [under, most] = [0, 0];

    await concurrently(items, limit, async (item, index) => {
      expect(index).toBe(item);
      most = Math.max(most, ++under);
      await new Promise(setImmediate);
      under--;
      done.push(item);
    });

    expect(done.sort((a, b) => a - b)).toEqual(items);
    expect(most).toBe(Math.min(limit, items.length));
  });

  it('ends at once without items', async () => {
    await expect(concurrently([], 5, () => Promise.reject(new Error('was called')))).resolves.toBeUndefined();
  });
});

describe('chunks', () => {
  it('cuts a list into pieces', () => {
    expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(chunks([], 2)).toEqual([]);
  });
});

describe('concurrentlyOrThrow', () => {
  it('does all there is to do before it rejects with the first error', async () => {
    const done: number[] = [];
    const work = async (n: number): Promise<void> => {
      await Promise.resolve();
      if (n % 2 === 0) throw new Error(`no ${n}`);
      done.push(n);
    };

    await expect(concurrentlyOrThrow([1, 2, 3, 4, 5], 2, work)).rejects.toThrow('no 2');
    expect(done).toEqual([1, 3, 5]);
  });
});
