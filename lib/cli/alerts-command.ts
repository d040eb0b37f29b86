import { Command, Option } from 'commander';
import type { AcknowledgeOptions } from './alerts-acknowledge.ts';
import type { HistoryOptions } from './alerts-history.ts';
import type { ListOptions } from './alerts-list.ts';
import type { Streams } from './replay-command.ts';
import { ofStage } from './stage-options.ts';

/** `weir alerts …`: what a stage's alerts are, were, and who takes care of them. Loaded when they run, as the AWS clients are. */
export function alertsCommand({ stdout }: Pick<Streams, 'stdout'>): Command {
  const alerts = new Command('alerts').description(
    "list a stage's alerts, tell their history and acknowledge them, with your AWS credentials",
  );
  ofAlerts(alerts.command('list', { isDefault: true }))
    .description('list the alerts that are open or have resolved, as they are now')
    .argument('[dimension=value...]', 'only those of these keys')
    .option('--open', 'only those that are pending, firing or recovering')
    .option('--alert <name>', 'only those of this rule')
    .addOption(formatOption())
    .action(async (dimensions: string[], options: ListOptions) => {
      const { showAlerts } = await import('./alerts-list.ts');
      await showAlerts(dimensions, options, stdout);
    });
  ofAlerts(alerts.command('history'))
    .description('tell what has happened to an alert, latest first: transitions, notices, acknowledgements')
    .argument('<name>', "the rule's name")
    .argument('[dimension=value...]', 'only of these keys')
    .option('--from <time>', 'from this event time on: ISO 8601 with a zone')
    .option('--to <time>', 'before this event time')
    .option('--limit <number>', 'at most so many entries, up to 500', '100')
    .addOption(formatOption())
    .action(async (name: string, dimensions: string[], options: HistoryOptions) => {
      const { showHistory } = await import('./alerts-history.ts');
      await showHistory(name, dimensions, options, stdout);
    });
  ofAlerts(alerts.command('ack'))
    .description('note that somebody takes care of an alert: it is not told of again until it has resolved')
    .argument('<name>', "the rule's name")
    .argument('[dimension=value...]', 'its key: all dimensions')
    .option('--comment <text>', 'what is done about it')
    .option('--author <name>', 'who takes care of it (default: you)')
    .action(async (name: string, dimensions: string[], options: AcknowledgeOptions) => {
      const { acknowledgeAlert } = await import('./alerts-acknowledge.ts');
      await acknowledgeAlert(name, dimensions, options, stdout);
    });
  return alerts;
}

/** Adds the options that say where a stage's alerts are. */
export function ofAlerts(command: Command): Command {
  return ofStage(command)
    .option('--pipeline <path>', 'the file that defines the pipeline that is deployed', 'pipeline.ts')
    .option('--alerts-table <name>', "the alerts table, if it is not the stage's")
    .option('--timers-table <name>', "the timers table, if it is not the stage's");
}

/** The option that says how a list is written. */
export function formatOption(): Option {
  return new Option('--format <format>', 'how to write the list').choices(['table', 'json']).default('table');
}
