import {
  isFiring,
  transitionId,
  type AlertRecord,
  type AlertState,
  type AlertStatus,
} from '../alerts/state.ts';
import type { Acknowledgement } from '../dispatch/acknowledgement.ts';
import { labelsOf } from '../dispatch/labels.ts';
import { matching } from '../dispatch/match.ts';
import { quietOf } from '../dispatch/quiet.ts';
import type { Silence } from '../dispatch/silence.ts';
import { describeState, type StateDescription } from '../notify/describe-state.ts';
import type { Alert, Pipeline } from '../pipeline/pipeline.ts';
import { concurrentlyOrThrow } from '../store/concurrently.ts';
import { isoTime } from '../time/event-time.ts';
import { findAlert, type AlertContext, type AlertReader } from './alert-context.ts';
import { keyFilter, type KeyFilter } from './key-filter.ts';
import { checkKnown, readLimit, type Params } from './params.ts';
import { QueryError } from './problem.ts';

/** An alert of a key, by its latest transition. Times are ISO 8601 UTC. */
export interface AlertListing extends StateDescription {
  /** Id of the transition. */
  readonly id: string;
  readonly alert: string;
  readonly state: AlertStatus;
  readonly summary?: string;
  readonly runbook?: string;
  /** The rule's own; left out if it has none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Who takes care of it, as long as it goes on firing. */
  readonly acknowledged?: { readonly author: string; readonly comment: string; readonly at: string };
  /** Until when nobody is told of it, and the ids of the silences that say so now. */
  readonly silenced?: { readonly until: string; readonly by: readonly string[] };
}

/** A page of alerts; `next` is the `after` of the page that follows. */
export interface AlertPage {
  readonly alerts: readonly AlertListing[];
  readonly next?: string;
}

type ListContext = Pick<AlertContext, 'pipeline' | 'alerts' | 'silences' | 'acknowledgements' | 'now'>;

const PARAMETERS = ['alert', 'state', 'limit', 'after'];
const OPEN: readonly AlertStatus[] = ['pending', 'firing', 'recovering'];
const STATES: Readonly<Record<string, readonly AlertStatus[]>> = {
  open: OPEN,
  firing: ['firing'],
  pending: ['pending'],
  recovering: ['recovering'],
  resolved: ['resolved'],
};
const READ_AT_ONCE = 16;

/**
 * Lists the latest transition of each alert and key, in order of alert and key; `alert`, `state` and values of dimensions choose
 * among them. One that was pending and did not fire is not listed.
 *
 * @throws {QueryError} if a parameter makes no sense
 */
export async function listAlerts(context: ListContext, params: Params): Promise<AlertPage> {
  const alerts = chosen(context.pipeline, params);
  const wanted = readStates(params.state);
  const limit = readLimit(params, 100, 1000);
  const after = readCursor(params.after, alerts);
  const found: Found[] = [];
  for (const alert of alerts.slice(after?.index ?? 0)) {
    const from = after !== undefined && alert === alerts[after.index] ? after.key : undefined;
    for await (const { state } of recordsOf(
      context.alerts,
      alert,
      keyFilter(alert.aggregate, params),
      from,
    )) {
      if (state === undefined || !wanted.includes(state.status)) continue;
      if (found.length === limit) return { alerts: await describeAll(context, found), next: cursorOf(found) };
      found.push({ alert, state });
    }
  }
  return { alerts: await describeAll(context, found) };
}

interface Found {
  readonly alert: Alert;
  readonly state: AlertState;
}

/** The alerts that may have what is asked for: those without a dimension that is asked for have nothing. */
function chosen(pipeline: Pipeline, params: Params): readonly Alert[] {
  const named = params.alert === undefined ? pipeline.alerts : [findAlert(pipeline, params.alert, 400)];
  const dimensions = new Set(named.flatMap(({ aggregate }) => aggregate.dimensions));
  checkKnown(params, [...new Set([...PARAMETERS, ...dimensions])]);
  const asked = Object.keys(params).filter((name) => !PARAMETERS.includes(name));
  return named.filter(({ aggregate }) => asked.every((name) => aggregate.dimensions.includes(name)));
}

function readStates(state: string | undefined): readonly AlertStatus[] {
  if (state === undefined) return [...OPEN, 'resolved'];
  const wanted = Object.hasOwn(STATES, state) ? STATES[state] : undefined;
  if (wanted !== undefined) return wanted;
  throw new QueryError(
    400,
    `the parameter 'state' is '${state}'; give one of ${Object.keys(STATES).join(', ')}`,
  );
}

async function* recordsOf(
  store: AlertReader,
  alert: Alert,
  { key, takes }: KeyFilter,
  after: string | undefined,
): AsyncGenerator<AlertRecord> {
  if (key === undefined) {
    for await (const record of store.list(alert.name, after)) if (takes(record.key)) yield record;
    return;
  }
  // The page before has given the only one.
  const record = after === undefined ? await store.read(alert.name, key) : undefined;
  if (record !== undefined) yield record;
}

function cursorOf(found: readonly Found[]): string {
  const { alert, key } = found.at(-1)?.state ?? { alert: '', key: '' };
  return `${alert}|${key}`;
}

/** Where a `next` goes on: the place of its alert among those that are listed, and the key. */
function readCursor(
  after: string | undefined,
  alerts: readonly Alert[],
): { readonly index: number; readonly key: string } | undefined {
  if (after === undefined) return undefined;
  const cut = after.indexOf('|');
  const index = alerts.findIndex((alert) => alert.name === after.slice(0, cut));
  if (cut < 0 || index < 0) {
    throw new QueryError(400, "the parameter 'after' is not a 'next' that this API gave for this list");
  }
  return { index, key: after.slice(cut + 1) };
}

async function describeAll(context: ListContext, found: readonly Found[]): Promise<AlertListing[]> {
  const now = context.now();
  const silences = found.length === 0 ? [] : await context.silences.list(now);
  const acknowledgements = await readAcknowledgements(context, found);
  return found.map((one) => describe(one, acknowledgements.get(one.state), silences, now));
}

async function readAcknowledgements(
  { acknowledgements }: ListContext,
  found: readonly Found[],
): Promise<Map<AlertState, Acknowledgement>> {
  const read = new Map<AlertState, Acknowledgement>();
  const firing = found.map(({ state }) => state).filter(isFiring);
  await concurrentlyOrThrow(firing, READ_AT_ONCE, async (state) => {
    const acknowledgement = await acknowledgements.read(state.alert, state.key);
    if (acknowledgement?.since === state.since) read.set(state, acknowledgement);
  });
  return read;
}

function describe(
  { alert, state }: Found,
  acknowledged: Acknowledgement | undefined,
  silences: readonly Silence[],
  now: number,
): AlertListing {
  return {
    id: transitionId(state),
    alert: alert.name,
    state: state.status,
    ...describeState(state, alert),
    ...(state.summary === undefined ? {} : { summary: state.summary }),
    ...(alert.runbook === undefined ? {} : { runbook: alert.runbook }),
    ...(Object.keys(alert.labels).length === 0 ? {} : { labels: alert.labels }),
    ...acknowledgedBy(acknowledged),
    ...silencedBy(alert, state, silences, now),
  };
}

function acknowledgedBy(given: Acknowledgement | undefined): Pick<AlertListing, 'acknowledged'> {
  if (given === undefined) return {};
  const { author, comment, at } = given;
  return { acknowledged: { author, comment, at: isoTime(at) } };
}

function silencedBy(
  alert: Alert,
  state: AlertState,
  silences: readonly Silence[],
  now: number,
): Pick<AlertListing, 'silenced'> {
  const until = quietOf(alert, silences, []).silencedUntil(state, now);
  if (until === undefined) return {};
  const labels = labelsOf(alert, state);
  const by = silences.filter(({ matchers, start }) => start <= now && matching(matchers)(labels));
  return { silenced: { until: isoTime(until), by: by.map(({ id }) => id) } };
}
