import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { loadOwnPipeline } from '../../lib/local/load-own-pipeline.ts';
import { copyService } from './service-copy.ts';
import { soak } from './soak.ts';
import type { Verdict } from './verdict.ts';

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly recordsPerSecond: number;
  readonly log?: string;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MOST_SHOWN = 20;

await new Command('npm run soak --')
  .description(
    'Run the packaged service on the embedded AWS while everything dies by chance, and check what is left',
  )
  .option('--minutes <n>', 'how long things go wrong', positive, 2)
  .option(
    '--seed <n>',
    'of all that happens by chance; the time, unless given',
    positive,
    Date.now() % 2 ** 31,
  )
  .option('--records-per-second <n>', 'what producers put', positive, 200)
  .option('--log <file>', 'write there what the functions say, and what was given up')
  .action(main)
  .parseAsync();

async function main({ minutes, seed, recordsPerSecond, log }: Options): Promise<void> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const pipeline = await loadOwnPipeline(ROOT);
  if (pipeline === undefined) return;
  console.log(`Soaking for ${minutes} min with seed ${seed}; packaging the service …`);
  const began = performance.now();
  const seconds = (): string => `${((performance.now() - began) / 1_000).toFixed(0)} s`;
  const copy = await copyService(ROOT);
  try {
    const verdict = await soak({
      root: copy.root,
      pipeline,
      seed,
      minutes,
      recordsPerSecond,
      onProgress: (line) => {
        console.log(`${seconds().padStart(6)}: ${line}`);
      },
      onLine: (line) => {
        if (log !== undefined) appendFileSync(log, `${line}\n`);
      },
    });
    show(verdict);
    if (verdict.violations.length > 0) process.exitCode = 1;
  } finally {
    await copy.remove();
  }
}

function show(verdict: Verdict): void {
  const { records, shards, late, refused, panes, transitions, messages, lost, doubled, violations } = verdict;
  console.log(
    `${records} records in ${shards} shards, ${late} of them late and ${refused} set aside; ${panes} panes; ` +
      `${transitions} transitions of alerts, received in ${messages} messages`,
  );
  for (const violation of violations.slice(0, MOST_SHOWN)) console.log(`- ${violation}`);
  if (violations.length > MOST_SHOWN) console.log(`- and ${violations.length - MOST_SHOWN} more`);
  console.log(
    `lost ${lost}, double-counted ${doubled}, ` +
      (violations.length === 0
        ? 'nothing else amiss: checked against what the stream holds'
        : `${violations.length} differences from what the stream holds`),
  );
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('give a number above 0');
  return value;
}
