import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Flight } from '../../fixtures/flights.ts';
import { count, max, mean, min, stddev, sum, variance } from '../../lib/measures/index.ts';
import { groupBy } from '../oracle/duckdb.ts';

const HOUR = 3_600_000;
const file = fileURLToPath(new URL('../../fixtures/flights.ndjson.gz', import.meta.url));

const measures = {
  n: count<Flight>(),
  total: sum<Flight>((flight) => flight.delay),
  least: min<Flight>((flight) => flight.delay),
  most: max<Flight>((flight) => flight.delay),
  average: mean<Flight>((flight) => flight.delay),
  spread: variance<Flight>((flight) => flight.delay),
  deviation: stddev<Flight>((flight) => flight.delay),
};
const names = Object.keys(measures) as (keyof typeof measures)[];

// Hourly and by airport, and put together from two halves, as panes of two lanes are.
async function foldFixture(): Promise<Map<string, Record<string, number>>> {
  const lines = gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split('\n');
  const lanes = [new Map<string, unknown[]>(), new Map<string, unknown[]>()];
  lines.forEach((line, index) => {
    const flight = JSON.parse(line) as Flight;
    const start = new Date(Math.floor(Date.parse(flight.time) / HOUR) * HOUR).toISOString();
    const key = `${flight.origin}|${start}`;
    const lane = lanes[index % 2]!;
    const accs = lane.get(key) ?? names.map((name) => measures[name].empty());
    names.forEach((name, i) => {
      const measure = measures[name];
      accs[i] = measure.add(accs[i] as never, measure.input(flight, Date.parse(flight.time))!);
    });
    lane.set(key, accs);
  });
  const keys = new Set(lanes.flatMap((lane) => [...lane.keys()]));
  return new Map(
    [...keys].map((key) => {
      const results = names.map((name, i) => {
        const measure = measures[name];
        const parts = lanes.map((lane) => (lane.get(key)?.[i] ?? measure.empty()) as never);
        return [name, measure.result(measure.merge(parts[0]!, parts[1]!) as never)] as const;
      });
      return [key, Object.fromEntries(results)];
    }),
  );
}

it('agrees with DuckDB over the recorded flights: exactly, or to 1e-9 for variance and stddev', async () => {
  const [expected] = await groupBy(file, {
    columns: { time: 'TIMESTAMP', origin: 'VARCHAR', delay: 'BIGINT' },
    time: 'time',
    aggregates: [
      {
        key: ['origin'],
        pane: HOUR,
        measures: {
          n: { kind: 'count' },
          total: { kind: 'sum', of: 'delay' },
          least: { kind: 'min', of: 'delay' },
          most: { kind: 'max', of: 'delay' },
          average: { kind: 'mean', of: 'delay' },
          spread: { kind: 'variance', of: 'delay' },
          deviation: { kind: 'stddev', of: 'delay' },
        },
      },
    ],
  });
  const found = await foldFixture();

  expect([...found.keys()].sort()).toEqual([...expected!.keys()].sort());
  for (const [key, results] of found) {
    const { spread, deviation, ...exact } = results;
    const { spread: expectedSpread, deviation: expectedDeviation, ...expectedExact } = expected!.get(key)!;
    expect(exact, key).toEqual(expectedExact);
    expectNear(spread!, expectedSpread!);
    expectNear(deviation!, expectedDeviation!);
  }
});

function expectNear(actual: number, expected: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * expected);
}
