import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anomalyDetector, type AnomalyDetector, type AnomalyOptions } from '../../lib/anomaly/index.ts';
import { EncodingError } from '../../lib/measures/index.ts';
import { HOUR, seriesOf, watch } from './support.ts';

const detector = anomalyDetector();
const points = seriesOf(1_000, HOUR, (time, noise) => (time % 7) + noise);

function encoded(of: AnomalyDetector, count: number): Buffer {
  const state = of.empty();
  for (const [time, value] of points.slice(0, count)) of.observe(state, time, value);
  return of.encode(state);
}

describe('the encoding of an anomaly state', () => {
  it('is exact: a detector goes on from it as if it had never stopped', () => {
    const unbroken = watch(detector, points);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: points.length }), (stop) => {
        const state = detector.decode(encoded(detector, stop));
        const rest = points.slice(stop).map(([time, value]) => detector.observe(state, time, value));

        expect(rest).toEqual(unbroken.slice(stop));
      }),
      { numRuns: 20 },
    );
  });

  it('gives the same bytes again', () => {
    for (const count of [0, 1, 30, 1_000]) {
      const bytes = encoded(detector, count);

      expect(detector.encode(detector.decode(bytes))).toEqual(bytes);
    }
  });

  it('takes the bytes that the docs say', async () => {
    const page = await readFile(new URL('../../docs/anomaly.md', import.meta.url), 'utf8');
    for (const season of ['none', 'daily', 'weekly', 'auto'] as const) {
      const [, none, thousand] =
        new RegExp(`\\| \`${season}\` +\\| +([\\d,]+) +\\| +([\\d,]+) +\\|`).exec(page) ?? [];
      const of = anomalyDetector({ season });

      expect([none, thousand]).toEqual(
        [0, 1_000].map((count) => encoded(of, count).length.toLocaleString('en')),
      );
    }
  });

  it('can be read under another season', () => {
    const read = (options: AnomalyOptions, bytes: Buffer) => anomalyDetector(options).decode(bytes);
    const auto = encoded(detector, 1_000);
    const none = encoded(anomalyDetector({ season: 'none' }), 1_000);

    expect(read({ season: 'none' }, auto)).toMatchObject({
      count: 1_000,
      seasons: {},
      flat: read({ season: 'none' }, none).flat,
    });
    expect(read({ season: 'daily' }, none).seasons).toEqual(
      anomalyDetector({ season: 'daily' }).empty().seasons,
    );
    expect(Object.keys(read({ season: 'weekly' }, auto).seasons)).toEqual(['weekly']);
  });

  it('refuses what it did not write', () => {
    const bytes = encoded(detector, 1_000);
    const broken: readonly (readonly [Uint8Array, RegExp])[] = [
      [new Uint8Array(), /anomaly state of 0 bytes is empty/],
      [Buffer.concat([Buffer.from([9]), bytes.subarray(1)]), /has version 9/],
      [Buffer.concat([bytes, Buffer.from([0])]), /goes on for 1 bytes/],
      [Buffer.from([1, 4]), /unknown season/],
      [Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(300, 255)]), /not finite|over 2\^53/],
    ];
    for (const [bytes, message] of broken) {
      expect(() => detector.decode(bytes)).toThrow(message);
      expect(() => detector.decode(bytes)).toThrow(EncodingError);
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        expect(() => detector.decode(bytes.subarray(0, length))).toThrow(EncodingError);
      }),
    );
  });
});
