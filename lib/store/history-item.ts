import type { HistoryEntry } from '../dispatch/port.ts';
import { isoTime } from '../time/event-time.ts';
import { withAbsent } from './alert-item.ts';
import { noticeFromJson } from './group-item.ts';
import { bucketOf, type ItemKey } from './keys.ts';
import { textOf, type Item } from './pane-item.ts';

/** How long history is kept, in ms, counted from the write: what was replayed outlives that moment too. */
export const HISTORY_KEPT_MS = 90 * 86_400_000;

// Spread for write throughput, as an alert's items are by their keys; every reader asks all of them.
const BUCKETS = 4;
// Of what happens at one moment: a notice tells of transitions, and is acknowledged.
const PLACES: Readonly<Record<HistoryEntry['type'], number>> = { transition: 1, notice: 2, acknowledged: 3 };
// Those of a time in ms.
const NUMBER_DIGITS = 15;

/** All partitions that hold an alert's history. */
export function historyPartitions(alert: string): string[] {
  return Array.from({ length: BUCKETS }, (_, bucket) => partition(alert, bucket));
}

/** The item of an entry: the same key for the same entry. @param now wall clock in ms */
export function historyItem(entry: HistoryEntry, now: number): Item {
  const { pk, sk } = historyItemKey(entry);
  return {
    pk: { S: pk },
    sk: { S: sk },
    entry: { S: JSON.stringify(entry) },
    expires: { N: String(Math.ceil((now + HISTORY_KEPT_MS) / 1000)) },
  };
}

/** Reads an entry. @throws {ItemError} if weir did not write it */
export function readHistoryItem(item: Item): HistoryEntry {
  const entry = JSON.parse(textOf(item, 'entry')) as HistoryEntry;
  switch (entry.type) {
    case 'transition':
      return { ...entry, state: withAbsent(entry.state) };
    case 'notice':
      return { ...entry, notice: noticeFromJson(entry.notice) };
    case 'acknowledged':
      return entry;
  }
}

function historyItemKey(entry: HistoryEntry): ItemKey {
  const { alert, of, number } = subjectOf(entry);
  return {
    pk: partition(alert, bucketOf(of, BUCKETS)),
    sk: `${isoTime(entry.at)}|${PLACES[entry.type]}|${of}|${String(number).padStart(NUMBER_DIGITS, '0')}`,
  };
}

/** What tells entries apart that are of one type and time. */
function subjectOf(entry: HistoryEntry): {
  readonly alert: string;
  readonly of: string;
  readonly number: number;
} {
  switch (entry.type) {
    case 'transition':
      return { alert: entry.state.alert, of: entry.state.key, number: entry.state.version };
    case 'notice':
      return { alert: entry.notice.alert, of: entry.notice.group, number: entry.notice.number };
    case 'acknowledged':
      return { alert: entry.by.alert, of: entry.by.key, number: entry.by.since };
  }
}

function partition(alert: string, bucket: number): string {
  return `#history|${alert}|${bucket}`;
}
