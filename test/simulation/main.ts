import { setMaxListeners } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { runMany, type SeedResult } from './many.ts';
import { minimise } from './minimise.ts';
import { run, type RunOptions } from './world.ts';

interface Options {
  readonly seeds: number;
  readonly first: number;
  readonly faults?: readonly string[];
  readonly records?: readonly string[];
  readonly minimise: boolean;
}

// Seeds between two lines that say how far it is.
const REPORT_EVERY = 1_000;
// A status of its own: 1 is a violation.
const NOT_UNDERSTOOD = 2;

await new Command('npm run simulate --')
  .description('Run the service over services that fail by a seed, and check what is left')
  .option('--seeds <n>', 'how many seeds', aboveZero, 1_000)
  .option('--first <seed>', 'the first of them', wholeNumber, 1)
  .option(
    '--faults <names>',
    'of the first seed, run again with these faults alone, separated by commas',
    list,
  )
  .option('--records <indexes>', 'of the first seed, run again with these records alone', list)
  .option('--no-minimise', 'on a violation, only say which seed it was')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : NOT_UNDERSTOOD))
  .action(simulate)
  .parseAsync();

async function simulate(options: Options): Promise<void> {
  setMaxListeners(0);
  if (options.faults !== undefined || options.records !== undefined) await again(options);
  else await many(options);
}

async function many({ seeds, first, minimise: wanted }: Options): Promise<void> {
  const began = performance.now();
  const total = { seeds: 0, faults: 0, givenUp: 0 };
  let failed: SeedResult | undefined;
  await runMany({ first, count: seeds }, (result) => {
    total.seeds++;
    total.faults += result.faults;
    total.givenUp += result.givenUp;
    if (result.violations.length > 0 && (failed === undefined || result.seed < failed.seed)) failed = result;
    if (total.seeds % REPORT_EVERY === 0) console.log(`${total.seeds} seeds …`);
    return failed === undefined;
  });
  const seconds = (performance.now() - began) / 1_000;
  console.log(
    `${total.seeds} seeds in ${seconds.toFixed(1)} s (${(total.seeds / seconds).toFixed(1)} seeds/s): ` +
      `${total.faults} faults injected, ${total.givenUp} batches given up and redriven, ` +
      (failed === undefined ? 'no violation' : `a violation at seed ${failed.seed}`),
  );
  if (failed === undefined) return;
  process.exitCode = 1;
  show(failed.violations);
  if (wanted) await showLeast(failed.seed);
}

async function showLeast(seed: number): Promise<void> {
  console.log('\nLooking for the least that shows it …');
  const { faults, records, violations } = await minimise(seed);
  console.log(`\n${faults.length} faults and ${records.length} records are enough:`);
  for (const fault of faults) console.log(`  ${fault}`);
  show(violations);
  console.log(
    `\nRun it again:\n  npm run simulate -- --first ${seed} --faults '${faults.join()}' --records '${records.join()}'`,
  );
}

async function again({ first, faults, records }: Options): Promise<void> {
  const only: RunOptions = {
    ...(faults === undefined ? {} : { faults: new Set(faults) }),
    ...(records === undefined ? {} : { records: new Set(records.map(Number)) }),
  };
  const whole = await run(first);
  const missing = [
    ...(faults ?? []).filter((fault) => !whole.faults.includes(fault)).map((fault) => `fault ${fault}`),
    ...(records ?? [])
      .filter((record) => !whole.records.map(String).includes(record))
      .map((record) => `record ${record}`),
  ];
  if (missing.length > 0) {
    for (const what of missing) console.error(`seed ${first} has no ${what}`);
    process.exitCode = NOT_UNDERSTOOD;
    return;
  }
  const { violations } = await run(first, only);
  show(violations);
  if (violations.length > 0) process.exitCode = 1;
  else console.log('no violation');
}

function show(violations: readonly string[]): void {
  for (const violation of violations.slice(0, 10)) console.log(`- ${violation}`);
  if (violations.length > 10) console.log(`- and ${violations.length - 10} more`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('give a whole number');
  return value;
}

function aboveZero(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('give a whole number above 0');
  return value;
}

/** Parts between commas; of an empty text there are none. */
function list(text: string): string[] {
  return text === '' ? [] : text.split(',').map((part) => part.trim());
}
