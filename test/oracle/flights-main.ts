/**
 * Compares `weir replay` with DuckDB over all 3,000,000 flights:
 *
 *   npm run oracle:flights
 *
 * The status is 1 if any window differs.
 */
import { tmpdir } from 'node:os';
import { compareFlights } from './flights-oracle.ts';
import { flightShapes } from './flights-shapes.ts';

let differences = 0;
console.log(
  `${'windows'.padEnd(34)} ${'compared'.padStart(10)} ${'differences'.padStart(12)}  seconds  peak MiB`,
);
for await (const one of compareFlights(flightShapes, tmpdir())) {
  differences += one.differences;
  const numbers = [
    String(one.rows).padStart(10),
    String(one.differences).padStart(12),
    one.seconds.toFixed(1).padStart(8),
    (one.peak / 2 ** 20).toFixed(0).padStart(9),
  ];
  console.log([one.shape.padEnd(34), ...numbers].join(' '));
  for (const example of one.examples) console.log(`  ${JSON.stringify(example)}`);
}
process.exitCode = differences === 0 ? 0 : 1;
