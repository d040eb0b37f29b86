import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { RuleError } from '../alerts/verdict.ts';
import { InputError } from '../replay/input-error.ts';
import { backtestCommand } from './backtest-command.ts';
import { alertsCommand } from './alerts-command.ts';
import { CommandError } from './errors.ts';
import { redriveCommand } from './redrive-command.ts';
import { replayCommand } from './replay-command.ts';
import { silenceCommand } from './silence-command.ts';
import { testCommand } from './test-command.ts';

/**
 * Runs the command line.
 *
 * @param argv as Node gives it: the program, the script, the arguments
 * @returns the exit status: 0 if all went well, 1 if a command failed, 2 if it was not understood
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('weir')
    .description('Event-time windows, exact aggregates and alerts over streams of events')
    .version(manifest.version)
    .exitOverride()
    .showHelpAfterError("(see 'weir --help')");
  add(program, replayCommand(process));
  add(program, testCommand(process));
  add(program, backtestCommand(process));
  add(program, redriveCommand(process));
  add(program, alertsCommand(process));
  add(program, silenceCommand(process));
  try {
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof CommandError || error instanceof InputError || error instanceof RuleError) {
      process.stderr.write(`weir: ${error.message}\n`);
      return 1;
    }
    // A reader that has seen enough, such as head, closes the pipe.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 0;
    throw error;
  }
}

/** Adds a command that treats errors and help as the program does; so do its own. */
function add(program: Command, command: Command): void {
  program.addCommand(command.copyInheritedSettings(program));
  for (const subcommand of command.commands) subcommand.copyInheritedSettings(command);
}
