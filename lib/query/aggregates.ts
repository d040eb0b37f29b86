import { coarsen } from '../fold/coarsen.ts';
import { keyRecord } from '../fold/key.ts';
import { resultsOf } from '../fold/pane.ts';
import { hasSessions } from '../fold/sessions.ts';
import type { PaneReader } from '../alerts/port.ts';
import {
  aggregateNamed,
  finalAfter,
  isTotal,
  shownMeasures,
  type Aggregate,
  type Pipeline,
  type WindowResults,
} from '../pipeline/pipeline.ts';
import { formatDuration } from '../time/duration.ts';
import { isoTime } from '../time/event-time.ts';
import { paneStart, type WindowShape } from '../time/window.ts';
import {
  checkKnown,
  checkRange,
  latestTime,
  readKey,
  readResolution,
  readTime,
  type Params,
} from './params.ts';
import { tiersWithin } from './plan.ts';
import { QueryError } from './problem.ts';
import { readPanes } from './read-panes.ts';
import { readSessionRange, type SessionRange } from './sessions.ts';
import { readTotal, type RunningTotal } from './total.ts';

/** An aggregate as the API lists it. */
export interface AggregateListing {
  readonly name: string;
  readonly key: readonly string[];
  /** `global` for a running total. */
  readonly pane: string;
  readonly retain: string;
  readonly allowedLateness: string;
  /** Only of an aggregate that gathers its events into sessions. */
  readonly session?: { readonly gap: string; readonly max: string };
  /** Only of an aggregate over windows of another: which, and by what windows. */
  readonly derivedFrom?: { readonly aggregate: string; readonly window: WindowListing };
  /** Coarser tiers, finest first. */
  readonly rollups: readonly { readonly pane: string; readonly retain: string }[];
  /** Kind by measure. */
  readonly measures: Readonly<Record<string, string>>;
}

/** Windows as the API lists them; of sessions, that they are these. */
export type WindowListing =
  | 'sessions'
  | { readonly size: string; readonly slide: string; readonly offset?: string; readonly zone?: string };

/** One key of an aggregate over a range of time. */
export interface AggregateRange {
  readonly aggregate: string;
  readonly key: Readonly<Record<string, string>>;
  readonly from: string;
  readonly to: string;
  readonly resolution: string;
  /** Event time up to which every lane that is not idle has come; null before the first event. */
  readonly watermark: string | null;
  readonly panes: readonly {
    readonly start: string;
    readonly end: string;
    /** Whether the watermark has passed its end and all that its data may be late by: what comes now is late. */
    readonly final: boolean;
    readonly measures: WindowResults;
  }[];
}

const DAY = 86_400_000;

/** What the pipeline aggregates. */
export function listAggregates(pipeline: Pipeline): AggregateListing[] {
  return pipeline.aggregates.map((aggregate) => ({
    name: aggregate.name,
    key: aggregate.dimensions,
    pane: isTotal(aggregate) ? 'global' : formatDuration(aggregate.pane),
    retain: formatDuration(aggregate.retain),
    allowedLateness: aggregate.allowedLateness === 0 ? '0s' : formatDuration(aggregate.allowedLateness),
    ...sessionListing(aggregate),
    ...derivationListing(aggregate),
    rollups: aggregate.rollups.map(({ pane, retain }) => ({
      pane: formatDuration(pane),
      retain: formatDuration(retain),
    })),
    measures: Object.fromEntries(shownMeasures(aggregate).map(({ name, measure }) => [name, measure.kind])),
  }));
}

function sessionListing({ session }: Aggregate): Pick<AggregateListing, 'session'> {
  if (session === undefined) return {};
  return { session: { gap: formatDuration(session.gap), max: formatDuration(session.max) } };
}

function derivationListing({ derivation }: Aggregate): Pick<AggregateListing, 'derivedFrom'> {
  if (derivation === undefined) return {};
  return { derivedFrom: { aggregate: derivation.from.name, window: windowListing(derivation.window) } };
}

function windowListing({ size, slide, offset, zone, session }: WindowShape): WindowListing {
  if (session === true) return 'sessions';
  return {
    size: formatDuration(size),
    slide: formatDuration(slide),
    ...(offset === undefined ? {} : { offset: formatDuration(offset) }),
    ...(zone === undefined ? {} : { zone }),
  };
}

/**
 * Reads one key over a range of time, at the pane's or a coarser resolution. `from` and `to` are widened to whole panes
 * of that resolution; without them, the last day of event time is read. Of sessions, those that overlap the range are read; a
 * running total has no range.
 *
 * @throws {QueryError} if the aggregate is unknown or a parameter makes no sense
 */
export async function readAggregate(
  pipeline: Pipeline,
  panes: PaneReader,
  name: string,
  params: Params,
): Promise<AggregateRange | SessionRange | RunningTotal> {
  const aggregate = aggregateNamed(pipeline, name);
  if (aggregate === undefined) {
    const known = pipeline.aggregates.map((candidate) => candidate.name).join(', ');
    throw new QueryError(404, `there is no aggregate '${name}'; there are ${known}`);
  }
  if (hasSessions(aggregate)) return readSessionRange(panes, aggregate, params);
  if (isTotal(aggregate)) return readTotal(panes, aggregate, params);
  checkKnown(params, [...aggregate.dimensions, 'from', 'to', 'resolution']);
  const key = readKey(aggregate, params);
  const resolution = readResolution(aggregate, params);
  const watermark = await panes.readWatermark();
  const { from, to } = readRange(aggregate, watermark, params, resolution);
  const found = await readPanes(panes, aggregate, key, { from, to }, resolution);
  return {
    aggregate: name,
    key: keyRecord(aggregate, key),
    from: isoTime(from),
    to: isoTime(to),
    resolution: formatDuration(resolution),
    watermark: watermark === -Infinity ? null : isoTime(watermark),
    panes: coarsen(aggregate, found, resolution).map((pane) => ({
      start: isoTime(pane.start),
      end: isoTime(pane.start + resolution),
      final: pane.start + resolution + finalAfter(aggregate) <= watermark,
      measures: resultsOf(aggregate, pane.accs, resolution),
    })),
  };
}

function readRange(
  aggregate: Aggregate,
  watermark: number,
  params: Params,
  resolution: number,
): { from: number; to: number } {
  const asked = { from: readTime(params, 'from'), to: readTime(params, 'to') };
  const end = asked.to ?? (asked.from === undefined ? latestTime(watermark) : asked.from + DAY);
  const to = paneStart(end + resolution - 1, resolution);
  const from = paneStart(asked.from ?? to - Math.max(DAY, resolution), resolution);
  checkRange((tiersWithin(aggregate, resolution)[0] ?? aggregate).pane, from, to);
  return { from, to };
}
