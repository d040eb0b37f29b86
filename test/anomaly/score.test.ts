import { describe, expect, it } from 'vitest';
import { anomalyDetector } from '../../lib/anomaly/index.ts';
import { isSensitivity, newsOf, scoreOf, thresholdFor } from '../../lib/anomaly/score.ts';
import { distributions, sample } from '../measures/distributions.ts';

/** Values flagged per 10,000 of noise, once the detector has learnt. */
function alarms(name: string, sensitivity: number): number {
  const detector = anomalyDetector({ sensitivity, minHistory: 300 });
  let flagged = 0;
  for (const seed of [1, 2, 3, 4]) {
    const state = detector.empty();
    sample(name, 25_000, seed).forEach((value, index) => {
      if (detector.observe(state, index * 300_000, value).flagged) flagged++;
    });
  }
  return flagged / 10;
}

describe('the score', () => {
  it('is 0 of no news, and grows with it to just below 1', () => {
    expect(scoreOf(0)).toBe(0);
    expect(scoreOf(1)).toBeCloseTo(9 / 26.5, 12);
    expect(scoreOf(6)).toBeGreaterThan(0.9999);
    expect(scoreOf(6)).toBeLessThan(1);
  });

  it('has an inverse', () => {
    for (const news of [0, 0.3, 1, 2.5, 6]) expect(newsOf(scoreOf(news))).toBeCloseTo(news, 9);
  });

  it('can reach the threshold of any sensitivity', () => {
    expect(thresholdFor(60)).toBe(0);
    expect(thresholdFor(45)).toBe(0.25);
    expect(scoreOf(6)).toBeGreaterThan(thresholdFor(0.002));
    expect([0.002, 45, 60].every(isSensitivity)).toBe(true);
    expect([0, 0.001, 61, NaN, '45', undefined].some(isSensitivity)).toBe(false);
  });
});

describe('sensitivity', () => {
  it.each(Object.keys(distributions))('bounds the false alarms on noise: %s', (name) => {
    for (const sensitivity of [45, 20, 5]) {
      expect(alarms(name, sensitivity)).toBeLessThan(1.25 * sensitivity);
    }
  });

  it('is nearly what noise of heavy tails gives', () => {
    for (const sensitivity of [45, 20, 5]) {
      expect(alarms('log-normal', sensitivity)).toBeGreaterThan(0.6 * sensitivity);
    }
  });
});
