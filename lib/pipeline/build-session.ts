import { lookBack } from '../fold/sessions.ts';
import { formatDuration } from '../time/duration.ts';
import { checkKnown, checkObject, readDuration } from './check.ts';
import type { AggregateDefinition, SessionDefinition } from './definition.ts';
import { PipelineError } from './errors.ts';
import type { Aggregate, SessionRule } from './pipeline.ts';

const SESSION_FIELDS = Object.keys({ gap: true, max: true } satisfies Record<keyof SessionDefinition, true>);
// A pane's item holds a run of events, with all measures, for each gap in it.
const MOST_GAPS = 16;
// To find where sessions begin that follow each other without a pause, eight times as many are read.
const MOST_SESSION_PANES = 1_000;
// In lengths of a session: more would cut fewer runs in an odd place, and have more panes read to find where one began.
const LONGEST_RUN = 4;

/**
 * Checks how an aggregate gathers its events into sessions, if it does.
 *
 * @param aggregateField names the aggregate in what is said of it
 * @throws {PipelineError} if it cannot work, naming the field and the remedy
 */
export function buildSession(
  aggregateField: string,
  { session, rollups }: Pick<AggregateDefinition<unknown, object>, 'session' | 'rollups'>,
  aggregate: Pick<Aggregate, 'pane' | 'retain' | 'allowedLateness' | 'delay' | 'measures'>,
): SessionRule | undefined {
  if (session === undefined) return undefined;
  const field = `${aggregateField}.session`;
  checkObject(field, session, "write { gap: '30m', max: '12h' }");
  checkKnown(field, session, SESSION_FIELDS);
  const gap = readDuration(`${field}.gap`, session.gap);
  const max = readDuration(`${field}.max`, session.max);
  const { pane, retain, allowedLateness, delay, measures } = aggregate;
  if (max < pane) {
    throw new PipelineError(
      `${field}.max`,
      `is ${session.max}, shorter than the pane`,
      'take a longer max, or a shorter pane',
    );
  }
  if (max > MOST_SESSION_PANES * pane) {
    throw new PipelineError(
      `${field}.max`,
      `is ${session.max}, more than ${MOST_SESSION_PANES} panes of ${formatDuration(pane)}`,
      'take a shorter max, or a longer pane; one about as long as the gap is best',
    );
  }
  if (pane > MOST_GAPS * gap) {
    throw new PipelineError(
      `${field}.gap`,
      `is ${session.gap}, so that a pane of ${formatDuration(pane)} may hold more than ${MOST_GAPS} sessions of one key`,
      `take a pane of ${formatDuration(MOST_GAPS * gap)} at most; one about as long as the gap is best`,
    );
  }
  if (rollups !== undefined) {
    throw new PipelineError(
      `${aggregateField}.rollups`,
      'makes no sense for sessions, which are not merged with others',
      'leave it out',
    );
  }
  const longestRun = Math.ceil((LONGEST_RUN * max) / pane) * pane;
  const rule: SessionRule = { gap, max, longestRun, measures };
  // Panes are kept from their last update on: what is looked back to must be there when a session is final.
  const needed = lookBack(rule) + allowedLateness + delay + pane;
  if (retain < needed) {
    throw new PipelineError(
      `${aggregateField}.retain`,
      `is ${formatDuration(retain)}, but sessions of up to ${session.max} may need panes from ${formatDuration(needed)} before`,
      `retain them for at least ${formatDuration(needed)}, or take a shorter max`,
    );
  }
  return rule;
}
