import { Command, Option } from 'commander';
import { compareRuns } from '../backtest/backtest.ts';
import { runRules } from '../backtest/run-rules.ts';
import { isZone } from '../time/zone.ts';
import { loadBase } from './against.ts';
import { AsideList } from './aside-list.ts';
import { backtestJson, backtestText } from './backtest-report.ts';
import { CommandError } from './errors.ts';
import { loadPipeline } from './load-pipeline.ts';
import { pathOf, readSources } from './read-sources.ts';
import { readUntil, type Streams } from './replay-command.ts';

interface BacktestOptions {
  readonly pipeline: string;
  readonly against?: string;
  readonly until?: string;
  readonly zone: string;
  readonly format: 'table' | 'json';
}

/** `weir backtest FILE…`: what a change of the rules would have come to. */
export function backtestCommand({ stdin, stdout, stderr }: Streams): Command {
  return new Command('backtest')
    .description('replay recorded events with two versions of the rules, and show what differs')
    .argument('<file...>', 'recorded events, as replay takes them; not standard input')
    .option('--pipeline <path>', 'the file with the rules as they are to be', 'pipeline.ts')
    .option(
      '--against <base>',
      'the rules as they are: a file, or REVISION:PATH for a file as of a commit (default: the pipeline as last committed)',
    )
    .option('--until <time>', "go on in silence after the recording's end, up to this event time")
    .option('--zone <zone>', 'by whose clocks it is night, such as Europe/Berlin', 'UTC')
    .addOption(
      new Option('--format <format>', 'how to write the results').choices(['table', 'json']).default('table'),
    )
    .action(async (files: string[], options: BacktestOptions) => {
      if (!isZone(options.zone)) {
        throw new CommandError(
          `--zone ${options.zone}: there is no such zone; write one such as Europe/Berlin`,
        );
      }
      const until = readUntil(options.until);
      const after = await loadPipeline(options.pipeline);
      const base = await loadBase(options.pipeline, options.against);
      const aside = new AsideList(undefined);
      const run = (pipeline: typeof after, list?: AsideList): ReturnType<typeof runRules> => {
        const sources = readSources(pipeline, files);
        if (sources.some((source) => pathOf(source) === '-'))
          throw new CommandError('- cannot be read twice; write the events to a file first');
        return runRules({ pipeline, sources, stdin, until }, (message) => list?.add(message));
      };
      const [old, now] = [await run(base.pipeline), await run(after, aside)];
      const backtest = compareRuns(old, now, options.zone);
      const names = { before: base.name, after: options.pipeline };
      stdout.write(
        options.format === 'json'
          ? `${JSON.stringify(backtestJson(backtest, names, base.pipeline, after), null, 2)}\n`
          : backtestText(backtest, names, base.pipeline, after),
      );
      stderr.write(aside.text());
    });
}
