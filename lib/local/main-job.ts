import type { Pipeline } from '../pipeline/pipeline.ts';
import { Job, type JobSummary } from './job.ts';
import type { MetricsTally } from './metrics-tally.ts';
import type { RunningStack } from './stack-runner.ts';

export type { JobSummary } from './job.ts';

/** Where the main job shows what it does. */
export interface JobConsole {
  line(text: string): void;
  start(total: number): void;
  finish(): void;
}

/** What the main job works with. */
export interface MainJobOptions {
  readonly stack: RunningStack;
  readonly pipeline: Pipeline;
  /** The events to put, as JSON. */
  readonly lines: readonly string[];
  readonly metrics: MetricsTally;
  readonly console: JobConsole;
}

/** Puts all events at once, and draws up the account of them. */
export async function runJob({
  stack,
  pipeline,
  lines,
  metrics,
  console,
}: MainJobOptions): Promise<JobSummary> {
  const job = await Job.start({
    stack,
    pipeline,
    metrics,
    line: (text) => {
      console.line(text);
    },
  });
  console.start(lines.length);
  await job.put(lines);
  const summary = await job.account();
  console.finish();
  console.line(summary.totals);
  await job.stop();
  return summary;
}
