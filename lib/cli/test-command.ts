import { Command } from 'commander';
import { filesOf } from '../rule-tests/case-sources.ts';
import { runCase } from '../rule-tests/run-case.ts';
import { CaseReport } from './case-report.ts';
import { CommandError } from './errors.ts';
import { loadCases } from './load-cases.ts';
import type { Streams } from './replay-command.ts';
import { reportLoaded, reportUsed } from './used-files.ts';
import { watchTests } from './watch-tests.ts';

const DEFAULT_FILE = 'pipeline.cases.ts';

interface TestOptions {
  readonly filter?: string;
  readonly watch: boolean;
}

/** `weir test [FILE…]`: whether the pipeline's rules do what their cases say. */
export function testCommand({ stdout }: Pick<Streams, 'stdout'>): Command {
  return new Command('test')
    .description("run the cases that say what the pipeline's rules have to do; exit with 1 if one fails")
    .argument('[file...]', `files of cases (default: ${DEFAULT_FILE})`)
    .option('--filter <text>', 'run the cases alone whose name has this in it')
    .option('--watch', 'run them again whenever a file changes that they use', false)
    .action(async (given: string[], options: TestOptions) => {
      const files = given.length === 0 ? [DEFAULT_FILE] : given;
      if (options.watch) await watchTests(files, options.filter, stdout);
      else await runTests(files, options.filter, stdout);
    });
}

async function runTests(
  files: readonly string[],
  filter: string | undefined,
  stdout: Streams['stdout'],
): Promise<void> {
  const hasColours = 'isTTY' in stdout && stdout.isTTY === true && process.env.NO_COLOR === undefined;
  const report = new CaseReport(stdout, hasColours);
  let found = 0;
  for (const file of files) {
    reportUsed(file);
    const { pipeline, cases } = await loadCases(file);
    reportLoaded();
    const picked = Object.entries(cases).filter(([name]) => filter === undefined || name.includes(filter));
    found += picked.length;
    if (picked.length > 0) report.file(file);
    for (const [name, one] of picked) {
      for (const path of filesOf(file, one)) reportUsed(path);
      const began = performance.now();
      const result = await runCase(file, one, pipeline);
      report.case(name, result, (performance.now() - began) / 1000);
    }
  }
  if (found === 0) {
    throw new CommandError(
      filter === undefined
        ? `${files.join(', ')}: there are no cases; write some (docs/testing-rules.md)`
        : `--filter ${filter}: no case has that in its name`,
    );
  }
  if (report.failed > 0) throw new CommandError(report.summary());
  stdout.write(`${report.summary()}\n`);
}
