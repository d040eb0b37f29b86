import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { Console } from './console.ts';
import { loadOwnPipeline } from './load-own-pipeline.ts';
import { readStartOptions, StartOptionError, type StartOptions } from './start-options.ts';
import { runLocally } from './run-locally.ts';
import { PlaybackError } from './playback/errors.ts';
import { InputError } from '../replay/input-error.ts';
import { FaultPlanError } from './faults/fault-plan.ts';
import { PortError } from './http-api.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../../fixtures/flights.ndjson.gz', import.meta.url));
// What the user can mend, and need not see where it was thrown.
const USER_ERRORS = [StartOptionError, FaultPlanError, PlaybackError, InputError, PortError];

await new Command('npm start --')
  .description('Run the whole service on this machine: recorded events from Kinesis to alerts')
  .argument(
    '[file]',
    'recorded events, one a line: .ndjson, .jsonl or .json, or one of these and .gz',
    FIXTURE,
  )
  .option('--speed <times>', 'how fast events come: 1x as recorded, 60x, any number with an x, or max', 'max')
  .option('--from <time>', 'first event time that is played, such as 2001-06-14T16:00:00Z')
  .option('--to <time>', 'first event time that is not played any more')
  .option('--loop', 'after the last event begin again, with the same events some days later')
  .option('--fault <faults>', 'what goes wrong: throttle=0.2,crash=0.05,duplicate=0.1,reshard=30s')
  .option('--seed <n>', 'of what goes wrong by chance; the time, unless given')
  .option(
    '--exit',
    'end after the summary, with status 1 if the check failed, instead of serving the HTTP API',
  )
  .option(
    '--port <port>',
    'of the HTTP API and the dashboard; 0 for any that is free (default: 3000, with --exit any)',
  )
  .action(start)
  .parseAsync();

async function start(file: string, given: StartOptions): Promise<void> {
  // What runs here is deployed on a newer Node.js, so the SDK's advice to upgrade this one would mislead.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const pipeline = await loadOwnPipeline(ROOT);
  if (pipeline === undefined) return;
  try {
    const options = readStartOptions(given, Date.now());
    const { holds } = await runLocally({
      root: ROOT,
      file,
      pipeline,
      options,
      terminal: new Console(process.stdout),
    });
    if (!holds) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof Error && USER_ERRORS.some((kind) => error instanceof kind))) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
