import { describe, expect, it } from 'vitest';
import { measure, median, speedAgainst, type Contestant } from '../../bench/measure.ts';
import { timingTable } from '../../bench/table.ts';

/** Contestants that move a clock of their own, and a log of who ran. */
function stage() {
  let time = 0;
  const ran: string[] = [];
  return {
    ran,
    now: () => time,
    sync: (name: string, ms: () => number): Contestant => ({
      name,
      run: () => {
        ran.push(name);
        time += ms();
      },
    }),
    async: (name: string, ms: number): Contestant => ({
      name,
      run: async () => {
        await Promise.resolve();
        ran.push(name);
        time += ms;
      },
    }),
  };
}

describe('measure', () => {
  it('runs contestants in turn, first places rotating, and drops the warm-up', async () => {
    const { ran, now, sync, async } = stage();
    let cold = 100;
    const slowAtFirst = sync('a', () => (cold > 10 ? (cold -= 30) : 10));

    const timings = await measure([slowAtFirst, async('b', 20)], { rounds: 3, warmUp: 3, now });

    expect(ran.join('')).toBe('abba'.repeat(3));
    expect(timings).toEqual([
      { name: 'a', rounds: [10, 10, 10], median: 10 },
      { name: 'b', rounds: [20, 20, 20], median: 20 },
    ]);
  });

  it('gives the time of one unit when a round has several', async () => {
    const { ran, now, sync } = stage();

    const [timing] = await measure([{ ...sync('a', () => 3), units: 5 }], { rounds: 2, warmUp: 0, now });

    expect(ran).toHaveLength(10);
    expect(timing?.rounds).toEqual([3, 3]);
  });

  it('passes a failure on', async () => {
    const failing = { name: 'a', run: () => Promise.reject(new Error('no such file')) };

    await expect(measure([failing])).rejects.toThrow('no such file');
  });
});

describe('speedAgainst', () => {
  it('compares within rounds, so that a slow spell of the machine cancels out', () => {
    const floor = { name: 'floor', rounds: [10, 10, 80], median: 10 };
    const other = { name: 'other', rounds: [20, 40, 160], median: 40 };

    expect(speedAgainst(floor, other)).toBe(0.5);
    expect(speedAgainst(floor, floor)).toBe(1);
  });
});

describe('median', () => {
  it.each([
    [[], NaN],
    [[3], 3],
    [[9, 1], 5],
    [[10, 9, 1], 9],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('timingTable', () => {
  it('shows each contestant with its median, range and speed', () => {
    const floor = { name: 'floor', rounds: [1, 2, 3], median: 2 };
    const other = { name: 'replay', rounds: [2000, 4000, 6000], median: 4000 };

    const rows = timingTable([floor, other], floor).split('\n');

    expect(rows.find((row) => row.includes('× floor'))).toBeDefined();
    expect(rows.find((row) => row.includes('1.00 ms – 3.00 ms'))).toMatch(/floor .* 2\.00 ms .* 1\.00 /);
    expect(rows.find((row) => row.includes('replay'))).toMatch(/4\.00 s .* 2\.00 s – 6\.00 s .* 0\.00 /);
  });
});
