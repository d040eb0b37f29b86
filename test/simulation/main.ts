import { setMaxListeners } from 'node:events';
setMaxListeners(0);
import { run } from './world.ts';
const first = Number(process.argv[2] ?? 1);
const n = Number(process.argv[3] ?? 10);
const began = performance.now();
let givenUp = 0,
  faults = 0;
for (let seed = first; seed < first + n; seed++) {
  const result = await run(seed);
  givenUp += result.givenUp;
  faults += result.faults.length;
  if (result.violations.length > 0)
    console.log(
      seed,
      result.records.length,
      'records',
      result.faults.length,
      'faults',
      result.violations.slice(0, 6),
    );
}
console.log((n / (performance.now() - began)) * 1000, 'seeds/s', givenUp, 'given up', faults, 'faults');
