import { access, mkdir } from 'node:fs/promises';
import { writeFlights } from '../fixtures/flights.ts';
import { benchHandler } from './handler.ts';
import { benchReplay } from './replay.ts';

// The bars that the ratios must not fall below: docs/performance.md.
const LEAST_HANDLER = 0.4;
const LEAST_REPLAY = 0.25;
const MOST_WRITES = 1.1;

const FIXTURE = 'fixtures/flights.ndjson.gz';
const ALL_FLIGHTS = '.weir/flights-all.ndjson';

async function allFlights(): Promise<string> {
  await mkdir('.weir', { recursive: true });
  await access(ALL_FLIGHTS).catch(() => writeFlights(ALL_FLIGHTS));
  return ALL_FLIGHTS;
}

function verdict(name: string, value: number, held: boolean, bar: string): boolean {
  console.log(`${held ? 'ok  ' : 'MISS'}  ${name}: ${value.toFixed(2)} (${bar})`);
  return held;
}

const handler = await benchHandler(FIXTURE);
console.log(`\naggregate handler, two aggregates, per event of 1,000 records\n${handler.table}`);
const replay = await benchReplay(await allFlights());
console.log(`\nreplay of 3,000,000 flights, two aggregates\n${replay.table}`);
console.log(
  `peak heap: ${replay.memory.once} MiB for one file, ${replay.memory.fourTimes} MiB for four at once\n`,
);

const writes = handler.writes / handler.fewestWrites;
const held = [
  verdict(
    'handler against base64 + JSON.parse',
    handler.speed,
    handler.speed >= LEAST_HANDLER,
    `at least ${LEAST_HANDLER}`,
  ),
  verdict(
    'replay against DuckDB on one thread',
    replay.speed,
    replay.speed >= LEAST_REPLAY,
    `at least ${LEAST_REPLAY}`,
  ),
  verdict(
    `${handler.writes} write requests per 1,000 records against the least of ${handler.fewestWrites}`,
    writes,
    writes <= MOST_WRITES,
    `at most ${MOST_WRITES}`,
  ),
];
process.exitCode = held.every(Boolean) ? 0 : 1;
