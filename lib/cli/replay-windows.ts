import { checkWindow } from '../pipeline/check.ts';
import { PipelineError } from '../pipeline/errors.ts';
import { aggregateNamed, isTotal, type Aggregate, type Pipeline } from '../pipeline/pipeline.ts';
import { DurationError, formatDuration, parseDuration } from '../time/duration.ts';
import { parseWindow } from '../time/window-text.ts';
import type { WindowShape } from '../time/window.ts';
import { CommandError } from './errors.ts';

/** What a replay is asked to make of panes, as it stands on the command line. */
export interface WindowOptions {
  readonly resolution?: string;
  readonly window?: string;
}

/**
 * The aggregates that are asked for; all of them if none is named.
 *
 * @throws {CommandError} if the pipeline has no aggregate of such a name
 */
export function pickAggregates(pipeline: Pipeline, names: readonly string[]): readonly Aggregate[] {
  if (names.length === 0) return pipeline.aggregates;
  return names.map((name) => {
    const aggregate = aggregateNamed(pipeline, name);
    if (aggregate !== undefined) return aggregate;
    const known = pipeline.aggregates.map((one) => one.name).join(', ');
    throw new CommandError(`--aggregate ${name}: the pipeline has no such aggregate; it has ${known}`);
  });
}

/**
 * What each aggregate's panes are merged to, by its name. Sessions and running totals have no panes to be merged, and are
 * given as they are.
 *
 * @throws {CommandError} if that is no window, or the panes of one of the aggregates do not fit into it
 */
export function readWindows(
  aggregates: readonly Aggregate[],
  { resolution, window }: WindowOptions,
): Map<string, WindowShape> {
  if (resolution !== undefined && window !== undefined)
    throw new CommandError(
      '--resolution and --window both say what panes are merged to; leave one of them out',
    );
  const merged = aggregates.filter((aggregate) => !isTotal(aggregate) && aggregate.session === undefined);
  if (window !== undefined) return sameWindow(merged, window);
  return resolution === undefined ? new Map<string, WindowShape>() : resolved(merged, resolution);
}

function sameWindow(aggregates: readonly Aggregate[], text: string): Map<string, WindowShape> {
  const shape = read('--window', () => parseWindow(text));
  for (const { name, pane } of aggregates) {
    try {
      // Nothing expires in a replay.
      checkWindow('window', shape, pane, Infinity);
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      throw new CommandError(
        `--window ${text} ${error.problem} of ${name}; ${error.remedy}, or name other aggregates with --aggregate`,
        { cause: error },
      );
    }
  }
  return new Map(aggregates.map(({ name }) => [name, shape]));
}

/** Only panes that are finer are merged. */
function resolved(aggregates: readonly Aggregate[], text: string): Map<string, WindowShape> {
  const ms = read('--resolution', () => parseDuration(text));
  const finer = aggregates.filter(({ pane }) => pane < ms);
  for (const { name, pane } of finer) {
    if (ms % pane === 0) continue;
    const near = [Math.floor(ms / pane), Math.ceil(ms / pane)].map((panes) => formatDuration(panes * pane));
    throw new CommandError(
      `--resolution ${text} is not a multiple of the pane of ${formatDuration(pane)} of ${name}; take ${near.join(' or ')}`,
    );
  }
  return new Map(finer.map(({ name }) => [name, { size: ms, slide: ms }]));
}

function read<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof DurationError)
      throw new CommandError(`${option}: ${error.message}`, { cause: error });
    throw error;
  }
}
