import { transitionId, type AlertStatus } from '../alerts/state.ts';
import { noticeId, type NoticeKind, type NoticeMember } from '../dispatch/notice.ts';
import type { HistoryEntry } from '../dispatch/port.ts';
import { keyRecord } from '../fold/key.ts';
import { groupRecord } from '../notify/group-record.ts';
import { describeState, type StateDescription } from '../notify/describe-state.ts';
import type { Severity } from '../pipeline/alert-definition.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { isoTime, readEventTime } from '../time/event-time.ts';
import { findAlert, type AlertContext } from './alert-context.ts';
import { keyFilter, type KeyFilter } from './key-filter.ts';
import { checkKnown, readLimit, readTime, type Params } from './params.ts';
import { QueryError } from './problem.ts';

/** What has happened to an alert. Times are ISO 8601 UTC. */
export type HistoryListing = TransitionListing | NoticeListing | AcknowledgedListing;

interface TransitionListing extends StateDescription {
  readonly type: 'transition';
  readonly id: string;
  readonly state: AlertStatus;
  readonly summary?: string;
}

interface NoticeListing {
  readonly type: 'notice';
  /** That of the message. */
  readonly id: string;
  readonly at: string;
  readonly kind: NoticeKind;
  readonly severity: Severity;
  /** Values of the dimensions that the rule groups by, by name. */
  readonly group: Readonly<Record<string, string>>;
  /** How many alerts of the group fired, and how many resolved by it. */
  readonly firing: number;
  readonly resolved: number;
  readonly alerts: readonly {
    readonly key: Readonly<Record<string, string>>;
    readonly news: NoticeMember['news'];
    readonly severity: Severity;
  }[];
}

interface AcknowledgedListing {
  readonly type: 'acknowledged';
  readonly id: string;
  readonly at: string;
  readonly key: Readonly<Record<string, string>>;
  /** When the alert began to fire. */
  readonly since: string;
  readonly author: string;
  readonly comment: string;
}

/** A page of an alert's history, latest first; `next` is the `after` of the page that follows. */
export interface HistoryPage {
  readonly alert: string;
  readonly history: readonly HistoryListing[];
  readonly next?: string;
}

// A notice lists up to 50 alerts, and a function answers with 6 MB at most.
const MOST_ENTRIES = 500;

/**
 * Reads what has happened to an alert, latest first: its transitions, with what made them, the notices that told of them, and
 * who acknowledged it. Values of dimensions choose among the keys, `from` (inclusive) and `to` (exclusive) among the times.
 *
 * @throws {QueryError} if there is no such alert, or a parameter makes no sense
 */
export async function readHistory(
  { pipeline, history }: Pick<AlertContext, 'pipeline' | 'history'>,
  name: string,
  params: Params,
): Promise<HistoryPage> {
  const alert = findAlert(pipeline, name, 404);
  checkKnown(params, [...alert.aggregate.dimensions, 'from', 'to', 'limit', 'after']);
  const filter = keyFilter(alert.aggregate, params);
  const limit = readLimit(params, 100, MOST_ENTRIES);
  const { from, to } = readRange(params);
  const after = readCursor(params.after);
  const found: HistoryEntry[] = [];
  const entries = history.list(name, {
    from,
    to: after === undefined ? to : Math.min(to, after.at + 1),
    ...(filter.key === undefined ? {} : { key: filter.key }),
  });
  let isGiven = after !== undefined;
  for await (const entry of entries) {
    if (isGiven && entry.at === after?.at) {
      isGiven = idOf(entry) !== after.id;
      continue;
    }
    if (!isOf(entry, filter)) continue;
    if (found.length === limit) return { ...page(alert, found), next: cursorOf(found) };
    found.push(entry);
  }
  return page(alert, found);
}

function readRange(params: Params): { readonly from: number; readonly to: number } {
  const from = readTime(params, 'from') ?? 0;
  const to = readTime(params, 'to') ?? Infinity;
  if (from >= to) throw new QueryError(400, "'from' is not before 'to'");
  return { from, to };
}

function isOf(entry: HistoryEntry, { takes }: KeyFilter): boolean {
  switch (entry.type) {
    case 'transition':
      return takes(entry.state.key);
    case 'notice':
      return entry.notice.members.some(({ state }) => takes(state.key));
    case 'acknowledged':
      return takes(entry.by.key);
  }
}

/** Names an entry: no other one of the alert and time has the name. */
function idOf(entry: HistoryEntry): string {
  switch (entry.type) {
    case 'transition':
      return `transition|${transitionId(entry.state)}`;
    case 'notice':
      return `notice|${noticeId(entry.notice)}`;
    case 'acknowledged':
      return `acknowledged|${entry.by.alert}|${entry.by.key}|${entry.by.since}`;
  }
}

function cursorOf(found: readonly HistoryEntry[]): string {
  const last = found.at(-1);
  return last === undefined ? '' : `${isoTime(last.at)}|${idOf(last)}`;
}

/** Where a `next` goes on: after which entry of which time. */
function readCursor(after: string | undefined): { readonly at: number; readonly id: string } | undefined {
  if (after === undefined) return undefined;
  const cut = after.indexOf('|');
  const at = readEventTime(after.slice(0, Math.max(0, cut)));
  if (typeof at !== 'number')
    throw new QueryError(400, "the parameter 'after' is not a 'next' that this API gave for this history");
  return { at, id: after.slice(cut + 1) };
}

function page(alert: Alert, found: readonly HistoryEntry[]): HistoryPage {
  return { alert: alert.name, history: found.map((entry) => describe(alert, entry)) };
}

function describe(alert: Alert, entry: HistoryEntry): HistoryListing {
  switch (entry.type) {
    case 'transition': {
      const { state } = entry;
      return {
        type: entry.type,
        id: transitionId(state),
        state: state.status,
        ...describeState(state, alert),
        ...(state.summary === undefined ? {} : { summary: state.summary }),
      };
    }
    case 'notice': {
      const { notice } = entry;
      const { kind, severity, firing, resolved, members } = notice;
      return {
        type: entry.type,
        id: noticeId(notice),
        at: isoTime(entry.at),
        kind,
        severity,
        group: groupRecord(notice, alert),
        firing,
        resolved,
        alerts: members.map(({ state, news }) => ({
          key: keyRecord(alert.aggregate, state.key),
          news,
          severity: state.severity,
        })),
      };
    }
    case 'acknowledged': {
      const { key, since, author, comment } = entry.by;
      return {
        type: entry.type,
        id: idOf(entry),
        at: isoTime(entry.at),
        key: keyRecord(alert.aggregate, key),
        since: isoTime(since),
        author,
        comment,
      };
    }
  }
}
