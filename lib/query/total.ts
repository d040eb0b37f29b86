import type { PaneReader } from '../alerts/port.ts';
import { keyRecord } from '../fold/key.ts';
import { resultsOf } from '../fold/pane.ts';
import type { Aggregate, WindowResults } from '../pipeline/pipeline.ts';
import { isoTime } from '../time/event-time.ts';
import { checkKnown, readKey, type Params } from './params.ts';
import { QueryError } from './problem.ts';

/** The running total of one key. */
export interface RunningTotal {
  readonly aggregate: string;
  readonly key: Readonly<Record<string, string>>;
  /** Event time up to which every lane that is not idle has come; null before the first event. */
  readonly watermark: string | null;
  /** One pane without beginning or end, which is never final; none if the key has had no event. */
  readonly panes: readonly {
    readonly start: null;
    readonly end: null;
    readonly final: false;
    readonly measures: WindowResults;
  }[];
}

/**
 * Reads the running total of one key.
 *
 * @throws {QueryError} if a parameter makes no sense
 */
export async function readTotal(
  panes: PaneReader,
  aggregate: Aggregate,
  params: Params,
): Promise<RunningTotal> {
  const pointless = ['from', 'to', 'resolution'].find((name) => params[name] !== undefined);
  if (pointless !== undefined) {
    throw new QueryError(
      400,
      `${aggregate.name} is a running total over all of time; leave '${pointless}' out`,
    );
  }
  checkKnown(params, aggregate.dimensions);
  const key = readKey(aggregate, params);
  const watermark = await panes.readWatermark();
  // Its one pane starts at 0.
  const found = await panes.readRange(aggregate, key, 0, 1);
  return {
    aggregate: aggregate.name,
    key: keyRecord(aggregate, key),
    watermark: watermark === -Infinity ? null : isoTime(watermark),
    panes: found.map(({ accs }) => ({
      start: null,
      end: null,
      final: false,
      measures: resultsOf(aggregate, accs),
    })),
  };
}
