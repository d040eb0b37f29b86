import type { PaneReader } from '../alerts/port.ts';
import { readSessions } from '../alerts/read-sessions.ts';
import { keyRecord } from '../fold/key.ts';
import { resultsOf } from '../fold/pane.ts';
import type { SessionAggregate } from '../fold/sessions.ts';
import { windowFinalAfter, type WindowResults } from '../pipeline/pipeline.ts';
import { isoTime } from '../time/event-time.ts';
import { checkKnown, checkRange, latestTime, readKey, readTime, type Params } from './params.ts';
import { QueryError } from './problem.ts';

/** The sessions of one key that overlap a range of time. */
export interface SessionRange {
  readonly aggregate: string;
  readonly key: Readonly<Record<string, string>>;
  readonly from: string;
  readonly to: string;
  /** Event time up to which every lane that is not idle has come; null before the first event. */
  readonly watermark: string | null;
  /** By their starts; the last one may still grow. */
  readonly sessions: readonly {
    /** Time of the first event. */
    readonly start: string;
    /** A gap after the last event, exclusive. */
    readonly end: string;
    /** Whether nothing will change it any more: until then events may lengthen it, or join it with another. */
    readonly final: boolean;
    readonly measures: WindowResults;
  }[];
}

const DAY = 86_400_000;

/**
 * Reads the sessions of one key that overlap [`from`, `to`); without these, those of the last day of event time.
 *
 * @throws {QueryError} if a parameter makes no sense
 */
export async function readSessionRange(
  panes: PaneReader,
  aggregate: SessionAggregate,
  params: Params,
): Promise<SessionRange> {
  if (params.resolution !== undefined) {
    throw new QueryError(
      400,
      `${aggregate.name} gathers events into sessions, which have no resolution; leave 'resolution' out`,
    );
  }
  checkKnown(params, [...aggregate.dimensions, 'from', 'to']);
  const key = readKey(aggregate, params);
  const watermark = await panes.readWatermark();
  const { from, to } = readRange(aggregate, watermark, params);
  const sessions = await readSessions(panes, aggregate, key, from, to);
  return {
    aggregate: aggregate.name,
    key: keyRecord(aggregate, key),
    from: isoTime(from),
    to: isoTime(to),
    watermark: watermark === -Infinity ? null : isoTime(watermark),
    sessions: sessions.map(({ start, end, accs }) => ({
      start: isoTime(start),
      end: isoTime(end),
      final: end + windowFinalAfter(aggregate) <= watermark,
      measures: resultsOf(aggregate, accs, end - start),
    })),
  };
}

function readRange(
  { pane, session }: SessionAggregate,
  watermark: number,
  params: Params,
): { readonly from: number; readonly to: number } {
  const asked = { from: readTime(params, 'from'), to: readTime(params, 'to') };
  const to = asked.to ?? (asked.from === undefined ? latestTime(watermark) : asked.from + DAY);
  const from = asked.from ?? to - DAY;
  if (from >= to) throw new QueryError(400, "'from' is not before 'to'");
  // A session that begins within the range may go on for so long.
  checkRange(pane, from, to + session.max);
  return { from, to };
}
