import { spawn } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { MUTANTS, type Mutant } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Within the project, so that its packages are found. */
const COPIES = join(ROOT, '.weir', 'mutants');
const COPIED = ['lib', 'test/simulation', 'test/support', 'package.json', 'tsconfig.json'];
const MOST_SEEDS = 2_000;
const LONGEST_MS = 180_000;

/** Seeds that it took to notice a mutant; `undefined` if they did not. */
async function seedsFor(mutant: Mutant): Promise<number | undefined> {
  const copy = join(COPIES, mutant.name);
  await rm(copy, { recursive: true, force: true });
  for (const path of COPIED) await cp(join(ROOT, path), join(copy, path), { recursive: true });
  await apply(mutant, join(copy, mutant.file));
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/simulation/main.ts', '--no-minimise', '--seeds', String(MOST_SEEDS)],
    { cwd: copy, stdio: ['ignore', 'pipe', 'inherit'], timeout: LONGEST_MS },
  );
  const said = await text(child.stdout);
  await rm(copy, { recursive: true, force: true });
  const seed = /a violation at seed (\d+)/.exec(said)?.[1];
  return seed === undefined ? undefined : Number(seed);
}

async function apply({ name, find, replace }: Mutant, file: string): Promise<void> {
  const source = await readFile(file, 'utf8');
  if (source.split(find).length !== 2) {
    throw new Error(`mutant ${name}: ${file} has not exactly one place that reads\n${find}`);
  }
  await writeFile(
    file,
    source.replace(find, () => replace),
  );
}

const wanted = process.argv.slice(2);
const table = new Table({ head: ['mutant', 'what is broken', 'seeds'], style: { head: [], border: [] } });
let survivors = 0;
for (const mutant of MUTANTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const seeds = await seedsFor(mutant);
  if (seeds === undefined) survivors++;
  table.push([mutant.name, mutant.what, seeds === undefined ? `not caught in ${MOST_SEEDS}` : String(seeds)]);
  console.log(`${mutant.name}: ${seeds === undefined ? 'NOT CAUGHT' : `caught by ${seeds} seeds`}`);
}
console.log(`\n${table.toString()}\n${table.length - survivors} of ${table.length} mutants caught`);
if (survivors > 0) process.exitCode = 1;
