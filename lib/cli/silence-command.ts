import { Command } from 'commander';
import { formatOption, ofAlerts } from './alerts-command.ts';
import type { AlertsStageOptions } from './alerts-stage.ts';
import type { Streams } from './replay-command.ts';
import type { AddOptions } from './silence-change.ts';

/** `weir silence …`: of what nobody is to be told for a while. */
export function silenceCommand({ stdout }: Pick<Streams, 'stdout'>): Command {
  const silence = new Command('silence').description(
    'keep alerts of a stage from being told of for a while, with your AWS credentials',
  );
  ofAlerts(silence.command('add'))
    .description('silence the alerts that all matchers match')
    .argument(
      '<matcher...>',
      "a label, one of = != =~ !~, and a value or a regular expression: alert=congested 'origin=~A.*'",
    )
    .option('--for <duration>', 'for so long: 30m, 2h, 7d')
    .option('--until <time>', 'or until then: ISO 8601 with a zone')
    .option('--start <time>', 'from then on (default: now)')
    .requiredOption('--comment <text>', 'why nobody is to be told')
    .option('--author <name>', 'who says so (default: you)')
    .action(async (matchers: string[], options: AddOptions) => {
      const { addOne } = await import('./silence-change.ts');
      await addOne(matchers, options, stdout);
    });
  ofAlerts(silence.command('list'))
    .description('list the silences that are active or pending, or ended within the last day')
    .addOption(formatOption())
    .action(async (options: AlertsStageOptions) => {
      const { showSilences } = await import('./silence-list.ts');
      await showSilences(options, stdout);
    });
  ofAlerts(silence.command('end'))
    .description('end a silence now')
    .argument('<id>', 'the id that list gives')
    .action(async (id: string, options: AlertsStageOptions) => {
      const { endOne } = await import('./silence-change.ts');
      await endOne(id, options, stdout);
    });
  return silence;
}
