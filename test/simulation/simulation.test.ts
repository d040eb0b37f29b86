import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { run } from './world.ts';

// A shard that is read has as many waits under way as it likes.
setMaxListeners(0);

let compared = 0;

describe('the service, over services that fail by a seed', () => {
  it.each(Array.from({ length: 4 }, (_, block) => 25 * block + 1))(
    'is exact in the end: 25 seeds from %d on',
    async (first) => {
      for (let seed = first; seed < first + 25; seed++) {
        const result = await run(seed);
        expect(result.violations, `npm run simulate -- --first ${seed} --seeds 1`).toEqual([]);
        compared += result.compared;
      }
    },
    120_000,
  );

  it('leaves alerts whose every transition can be told from the data', () => {
    expect(compared).toBeGreaterThan(20);
  });

  it('does the same again for the same seed', async () => {
    const [first, second] = [await run(7), await run(7)];

    expect(first.faults.length).toBeGreaterThan(20);
    expect(second).toEqual(first);
  });

  it('injects every kind of fault, and gives batches up', async () => {
    const kinds = new Set<string>();
    let givenUp = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const result = await run(seed);
      givenUp += result.givenUp;
      for (const fault of result.faults) kinds.add(fault.slice(fault.lastIndexOf(':') + 1));
    }

    expect([...kinds].sort()).toEqual(
      [
        'crash-after',
        'crash-before',
        'duplicate',
        'lost',
        'redrive',
        'refused',
        'reshard',
        'slow',
        'throttle',
        'tick',
        'unanswered',
        'zombie',
      ].sort(),
    );
    expect(givenUp).toBeGreaterThan(10);
  });

  it('leaves out the faults and records that it is told to', async () => {
    const whole = await run(3);
    const [fault = ''] = whole.faults;

    const some = await run(3, { faults: new Set([fault]), records: new Set([0, 1, 2]) });

    expect(some).toMatchObject({ violations: [], faults: [fault], records: [0, 1, 2] });
  });
});
