import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pacer } from '../../lib/store/pacer.ts';

const named = (name: string): Error => Object.assign(new Error(name), { name });
const THROTTLE = 'ProvisionedThroughputExceededException';

type End = 'answer' | 'throttle' | 'fail';

/** Calls through a pacer, which a test lets end one by one. */
function setUp(most: number) {
  const pacer = new Pacer(most);
  const begun: number[] = [];
  const ended: number[] = [];
  const underWay = new Map<number, (end: End) => void>();
  let made = 0;
  return {
    pacer,
    begun,
    ended,
    underWay,
    /** Makes so many calls, which are numbered on. */
    make: async (calls: number) => {
      for (let i = 0; i < calls; i++) {
        const n = made++;
        const call = () => {
          begun.push(n);
          return new Promise<void>((resolve, reject) => {
            underWay.set(n, (end) => {
              underWay.delete(n);
              if (end === 'answer') resolve();
              else reject(named(end === 'throttle' ? THROTTLE : 'TimeoutError'));
            });
          });
        };
        const note = () => ended.push(n);
        void pacer.run(call).then(note, note);
      }
      await turn();
    },
    /** Lets calls end: the ones that are under way now, unless given. */
    end: async (end: End, calls: readonly number[] = [...underWay.keys()]) => {
      for (const n of calls) underWay.get(n)!(end);
      await turn();
    },
  };
}

describe('Pacer', () => {
  it('gives what the call gives, and throws what it throws', async () => {
    const pacer = new Pacer(1);

    expect(await pacer.run(() => Promise.resolve('answer'))).toBe('answer');
    await expect(pacer.run(() => Promise.reject(named('TimeoutError')))).rejects.toThrow('TimeoutError');
  });

  it('lets as many calls be under way as it may, and begins the others in order as these end', async () => {
    const { begun, make, end } = setUp(3);

    await make(6);
    expect(begun).toEqual([0, 1, 2]);

    await end('answer', [1]);
    expect(begun).toEqual([0, 1, 2, 3]);

    await end('answer', [3, 0]);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('lets no call overtake those that wait', async () => {
    const { begun, make, end } = setUp(1);

    await make(2);
    await end('answer', [0]);
    await make(1);
    await end('answer', [1]);

    expect(begun).toEqual([0, 1, 2]);
  });

  it.each<End>(['answer', 'throttle', 'fail'])('frees the place of a call that ends by %s', async (how) => {
    const { begun, ended, make, end } = setUp(1);

    await make(2);
    await end(how);

    expect(begun).toEqual([0, 1]);
    expect(ended).toEqual([0]);
  });

  it('frees the place of a call that throws instead of rejecting', async () => {
    const pacer = new Pacer(1);
    const thrown = pacer.run(() => {
      throw named('TypeError');
    });

    await expect(thrown).rejects.toThrow('TypeError');
    expect(await pacer.run(() => Promise.resolve('next'))).toBe('next');
  });

  it('halves once for all the calls of a round that are throttled', async () => {
    const { pacer, underWay, make, end } = setUp(8);

    await make(30);
    await end('throttle');
    expect([pacer.limit, underWay.size]).toEqual([4, 4]);

    await end('throttle');
    expect([pacer.limit, underWay.size]).toEqual([2, 2]);
  });

  it('begins no call until there are fewer under way than it may have now', async () => {
    const { begun, make, end } = setUp(8);
    await make(9);

    await end('throttle', [0]);
    expect(begun).toHaveLength(8);
    await end('fail', [1, 2, 3]);
    expect(begun).toHaveLength(8);
    await end('fail', [4]);
    expect(begun).toHaveLength(9);
  });

  it('takes a call that began after the halving for one of the next round', async () => {
    const { pacer, make, end } = setUp(8);
    await make(9);
    await end('throttle', [0, 1, 2, 3, 4]);

    await end('throttle', [5]);
    expect(pacer.limit).toBe(4);
    await end('throttle', [8]);
    expect(pacer.limit).toBe(2);
  });

  it('stays as it is when calls fail for other reasons', async () => {
    const { pacer, make, end } = setUp(8);
    await make(8);

    await end('fail');

    expect(pacer.limit).toBe(8);
  });

  it('never falls below one call', async () => {
    const { pacer, begun, make, end } = setUp(2);
    await make(6);

    for (let i = 0; i < 5; i++) await end('throttle');

    expect([pacer.limit, begun.length]).toEqual([1, 6]);
  });

  it('grows by one in a round of calls that succeed, up to what it was', async () => {
    const { pacer, underWay, make, end } = setUp(8);
    await make(1_000);
    for (let i = 0; i < 3; i++) await end('throttle');

    // A call raises it by its share of the round, so that a round and a call are enough.
    for (const limit of [1, 2, 3, 4, 5, 6, 7]) {
      expect([pacer.limit, underWay.size]).toEqual([limit, limit]);
      for (let i = 1; i < limit; i++) await end('answer', [...underWay.keys()].slice(0, 1));
      expect(pacer.limit).toBe(limit);
      for (let i = 0; i < 2 && pacer.limit === limit; i++)
        await end('answer', [...underWay.keys()].slice(0, 1));
      expect(pacer.limit).toBe(limit + 1);
    }
    for (let i = 0; i < 3; i++) await end('answer');
    expect([pacer.limit, underWay.size]).toEqual([8, 8]);
  });

  it('has as many under way as it may, whatever ends when and how', async () => {
    const end = fc.constantFrom<End>('answer', 'answer', 'throttle', 'fail');
    const step = fc.oneof(
      fc.record({ make: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ end, which: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.array(step, { maxLength: 60 }),
        async (most, steps) => {
          const { pacer, begun, ended, underWay, make, end } = setUp(most);
          let made = 0;
          for (const step of steps) {
            const before = begun.length;
            if ('make' in step) {
              await make(step.make);
              made += step.make;
            } else if (underWay.size > 0) {
              const calls = [...underWay.keys()];
              await end(step.end, [calls[step.which % calls.length]!]);
            }

            expect(pacer.limit).toBeGreaterThanOrEqual(1);
            expect(pacer.limit).toBeLessThanOrEqual(most);
            // None begins over the limit, and none waits below it.
            if (begun.length > before) expect(underWay.size).toBeLessThanOrEqual(pacer.limit);
            if (begun.length < made) expect(underWay.size).toBeGreaterThanOrEqual(pacer.limit);
          }
          while (underWay.size > 0) await end('fail');

          expect(begun).toEqual(Array.from({ length: made }, (_, n) => n));
          expect([...ended].sort((a, b) => a - b)).toEqual(begun);
        },
      ),
    );
  });

  it('never has more under way than at first, however those that wait and those that end interleave', async () => {
    const ends = fc.array(fc.constantFrom<End>('answer', 'throttle', 'fail'), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 4 }), ends, async (s, most, all) => {
        const pacer = new Pacer(most);
        let underWay = 0;
        let greatest = 0;
        const call = async (end: End) => {
          greatest = Math.max(greatest, ++underWay);
          await s.schedule(Promise.resolve());
          underWay--;
          if (end !== 'answer') throw named(end === 'throttle' ? THROTTLE : 'TimeoutError');
        };

        const calls = all.map((end) => s.schedule(Promise.resolve()).then(() => pacer.run(() => call(end))));
        await s.waitFor(Promise.allSettled(calls));

        expect(underWay).toBe(0);
        expect(greatest).toBeLessThanOrEqual(most);
      }),
    );
  });
});

/** Lets everything go on that can. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
