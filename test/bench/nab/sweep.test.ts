import { describe, expect, it } from 'vitest';
import { heldOut } from '../../../bench/nab/held-out.ts';
import { PROFILES, type Profile } from '../../../bench/nab/protocol.ts';
import { normalise, optimise, tally, type Judged } from '../../../bench/nab/sweep.ts';
import { seeded } from '../../measures/distributions.ts';

const [standard, , lowFn] = PROFILES as readonly [Profile, Profile, Profile];

/** A series of 20 points, of which some have a score, and whose points 8 to 11 are a window. */
function series(scores: Readonly<Record<number, number>>): Judged {
  return {
    scores: Array.from({ length: 20 }, (_, index) => scores[index] ?? 0),
    windows: [{ first: 8, last: 11 }],
  };
}

describe('tally', () => {
  it('counts a missed window', () => {
    expect(tally(series({}), 0.5, standard)).toEqual({ worth: -1, windows: 1, found: 0, falsePositives: 0 });
    expect(tally(series({}), 0.5, lowFn).worth).toBe(-2);
  });

  it('counts the first detection of a window only, and each one outside', () => {
    const judged = series({ 4: 0.5, 5: 0.6, 8: 0.4, 10: 0.5, 11: 0.9 });

    const { worth, ...counts } = tally(judged, 0.5, standard);
    expect(counts).toEqual({ windows: 1, found: 1, falsePositives: 2 });
    expect(worth).toBeCloseTo(0.8598 - 2 * 0.11, 4);
  });

  it('does not count the probation', () => {
    expect(tally(series({ 0: 1, 2: 1 }), 0.5, standard)).toMatchObject({ worth: -1, falsePositives: 0 });
  });
});

describe('optimise', () => {
  it('gives 0 to the detector that never detects, and 100 to the perfect one', () => {
    const silent = tally(series({}), 0.5, standard);
    expect(normalise(silent.worth, [series({})], standard)).toBe(0);
    for (const profile of PROFILES) {
      expect(optimise([series({ 8: 1 }), series({ 8: 0.9 })], profile).score).toBeCloseTo(100, 9);
    }
  });

  it('detects nothing where nothing is worth it', () => {
    const scores = Array.from({ length: 400 }, () => 0.5);

    expect(optimise([{ scores, windows: [{ first: 200, last: 203 }] }], standard)).toEqual({
      threshold: Infinity,
      score: 0,
    });
  });

  it('takes one threshold for all series', () => {
    // At 0.7 both windows are found, with one false positive; at 0.9 one is, with none.
    const corpus = [series({ 8: 0.9 }), series({ 4: 0.8, 8: 0.7 })];

    const { threshold, score } = optimise(corpus, standard);
    expect(threshold).toBe(0.7);
    expect(score).toBeCloseTo((100 * (2 - 0.11 + 2)) / 4, 9);
  });

  it('does not part points of one score', () => {
    const { threshold, score } = optimise([series({ 4: 0.8, 5: 0.8, 8: 0.8 })], standard);

    expect(threshold).toBe(0.8);
    expect(score).toBeCloseTo(50 * (1 - 2 * 0.11 + 1), 9);
  });

  it('finds what trying each threshold finds', () => {
    const random = seeded(5);
    for (let round = 0; round < 20; round++) {
      const corpus = [0, 1, 2].map(() => {
        const scores = Array.from({ length: 40 }, () => Math.round(20 * random()) / 20);
        return {
          scores,
          windows: [
            { first: 12, last: 18 },
            { first: 25, last: 30 },
          ],
        };
      });
      for (const profile of PROFILES) {
        const tried = Array.from({ length: 21 }, (_, step) => {
          const worth = corpus.reduce((sum, one) => sum + tally(one, step / 20, profile).worth, 0);
          return normalise(worth, corpus, profile);
        });

        expect(optimise(corpus, profile).score).toBeCloseTo(Math.max(0, ...tried), 9);
      }
    }
  });

  it('gives a random detector about what the benchmark publishes for one', () => {
    // Lengths like the corpus', and in each series two windows that make up a tenth.
    const lengths = Array.from({ length: 56 }, (_, index) => [1_200, 4_000, 4_000, 16_000][index % 4]!);
    const scores = [1, 2, 3].map((seed) => {
      const random = seeded(seed);
      const corpus = lengths.map((length) => ({
        scores: Array.from({ length }, random),
        windows: [7, 15].map((part) => ({
          first: (part * length) / 20,
          last: ((part + 1) * length) / 20 - 1,
        })),
      }));
      return optimise(corpus, standard).score;
    });

    // Published: 11.0 on the mean, from 7.95 to 16.83.
    for (const score of scores) {
      expect(score).toBeGreaterThan(5);
      expect(score).toBeLessThan(20);
    }
  });
});

describe('heldOut', () => {
  it('judges each category by the threshold of the others', () => {
    const parts = [
      { category: 'a', judged: series({ 8: 0.9 }) },
      { category: 'b', judged: series({ 4: 0.8, 8: 0.7 }) },
    ];

    // By the 0.7 of b, a is perfect; by the 0.9 of a, b finds nothing.
    expect(heldOut(parts, standard)).toBeCloseTo(50, 9);
  });
});
