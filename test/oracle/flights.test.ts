import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { compareFlights, type Comparison } from './flights-oracle.ts';
import { flightShapes } from './flights-shapes.ts';

// Clocks in Berlin go forward on 25 March; `npm run oracle:flights` takes all 3,000,000 flights.
const DAYS = { from: '2001-03-24T18:00:00', to: '2001-03-26T00:00:00' };

async function collect(shapes: typeof flightShapes): Promise<Comparison[]> {
  const all: Comparison[] = [];
  for await (const one of compareFlights(shapes, tmpdir(), DAYS)) all.push(one);
  return all;
}

describe('weir replay and DuckDB', () => {
  it('have the same windows over real flights, to the last bit', async () => {
    const all = await collect(flightShapes);

    expect(all.flatMap(({ examples }) => examples)).toEqual([]);
    expect(all.map(({ differences }) => differences)).toEqual(flightShapes.map(() => 0));
    expect(all.every(({ rows }) => rows > 300)).toBe(true);
  }, 60_000);

  it('are told apart where their windows differ', async () => {
    const [day] = flightShapes.filter(({ name }) => name.includes('offset'));
    const other = { ...day!, args: [...day!.args.slice(2), '--window', 'tumbling(1d, offset=7h)'] };

    const [one] = await collect([other]);

    expect(one!.differences).toBe(one!.rows);
    expect(one!.examples).toHaveLength(10);
  });
});
