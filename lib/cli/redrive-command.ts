import { Command, Option } from 'commander';
import type { Streams } from './replay-command.ts';
import type { RunOptions } from './redrive-run.ts';
import type { StageOptions } from './redrive-stage.ts';
import { ofStage } from './stage-options.ts';

/**
 * `weir redrive …`: what Lambda gave up on, and what was quarantined. The commands are loaded when they run: the AWS clients
 * take a moment that no replay should wait for.
 */
export function redriveCommand({ stdout }: Pick<Streams, 'stdout'>): Command {
  const redrive = new Command('redrive').description(
    'list, inspect, repair and discard what Lambda gave up on and what was quarantined, with your AWS credentials',
  );
  ofQueues(redrive.command('list'))
    .description('list the messages of both queues')
    .addOption(
      new Option('--format <format>', 'how to write the list').choices(['table', 'json']).default('table'),
    )
    .action(async (options: StageOptions & { readonly format: 'table' | 'json' }) => {
      const { listMessages } = await import('./redrive-list.ts');
      await listMessages(options, stdout);
    });
  ofQueues(redrive.command('show'))
    .description('show a message as it stands, and its data in the clear')
    .argument('<id>', 'the id that list gives')
    .action(async (id: string, options: StageOptions) => {
      const { showMessage } = await import('./redrive-show.ts');
      await showMessage(id, options, stdout);
    });
  ofQueues(redrive.command('run'))
    .description('repair what the messages tell of; exit with 1 if any is kept')
    .argument('[id...]', 'the messages to redrive (default: all of the failure queue)')
    .option('--quarantine', 'take up the records of the quarantine queue, too')
    .option('--pipeline <path>', 'the file that defines the pipeline that is deployed', 'pipeline.ts')
    .option(
      '--event-stream <name>',
      "the event stream, or its ARN, if it is not the stage's; once for each of several",
      (name: string, before: readonly string[] | undefined) => [...(before ?? []), name],
    )
    .option('--aggregates-table <name>', "the aggregates table, if it is not the stage's")
    .option('--alerts-table <name>', "the alerts table, if it is not the stage's")
    .option('--timers-table <name>', "the timers table, if it is not the stage's")
    .option('--alerts-topic-arn <arn>', "the alerts topic, if it is not the stage's")
    .action(async (ids: string[], options: RunOptions) => {
      const { runRedrive } = await import('./redrive-run.ts');
      await runRedrive(ids, options, stdout);
    });
  ofQueues(redrive.command('discard'))
    .description('delete messages for good')
    .argument('<id...>', 'the ids that list gives')
    .option('--yes', 'yes, they cannot be brought back')
    .action(async (ids: string[], options: StageOptions & { readonly yes?: boolean }) => {
      const { discardMessages } = await import('./redrive-discard.ts');
      await discardMessages(ids, options, stdout);
    });
  return redrive;
}

function ofQueues(command: Command): Command {
  return ofStage(command)
    .option('--failure-queue-url <url>', "the failure queue, if it is not the stage's")
    .option('--quarantine-queue-url <url>', "the quarantine queue, if it is not the stage's");
}
