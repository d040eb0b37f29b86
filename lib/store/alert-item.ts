import type { AlertMemory, AlertRecord, AlertState, Turn } from '../alerts/state.ts';
import { bytesOf, numberOf, textOf, type Item } from './pane-item.ts';

/**
 * The item of an alert of a key: its latest transition, and those that it was given by this write. These hold all that a message
 * says: the item's stream record is the outbox.
 */
export function alertItem(record: AlertRecord, transitions: readonly AlertState[]): Item {
  const { alert, key, state, turns, memory, revision } = record;
  return {
    pk: { S: alert },
    sk: { S: alertSortKey(key) },
    rev: { N: String(revision) },
    ...(state === undefined ? {} : { status: { S: state.status }, state: { S: JSON.stringify(state) } }),
    turns: { S: JSON.stringify(turns) },
    given: { S: JSON.stringify(transitions) },
    ...(memory === undefined
      ? {}
      : {
          judgedTo: { N: String(memory.judgedTo) },
          levels: { S: JSON.stringify(memory.levels) },
          detector: { B: memory.detector },
        }),
  };
}

// A sort key cannot be empty, and an escaped key cannot end in a single backslash.
const NO_KEY = '\\';

/** Sort key of an alert of a key. */
export function alertSortKey(key: string): string {
  return key === '' ? NO_KEY : key;
}

/** The key that a sort key of {@link alertSortKey} is of. */
export function alertKeyOf(sortKey: string): string {
  return sortKey === NO_KEY ? '' : sortKey;
}

/** Tells an alert's item from others of its table, by its key. */
export function isAlertItemKey({ pk }: { readonly pk: string }): boolean {
  return !pk.startsWith('#');
}

/** Reads what is kept of an alert. @throws {ItemError} if weir did not write it */
export function readAlertItem(item: Item): AlertRecord {
  return {
    alert: textOf(item, 'pk'),
    key: alertKeyOf(textOf(item, 'sk')),
    state: item.state === undefined ? undefined : readState(textOf(item, 'state')),
    turns: JSON.parse(textOf(item, 'turns')) as Turn[],
    memory: readMemory(item),
    revision: numberOf(item, 'rev'),
  };
}

/** Reads the transitions that an alert was given by the write of this item. @throws {ItemError} if weir did not write it */
export function readGiven(item: Item): AlertState[] {
  return (JSON.parse(textOf(item, 'given')) as AlertState[]).map(withAbsent);
}

function readState(text: string): AlertState {
  return withAbsent(JSON.parse(text) as AlertState);
}

/** A transition that was JSON, which leaves out what is undefined. */
export function withAbsent(state: AlertState): AlertState {
  return { ...state, band: state.band, summary: state.summary };
}

function readMemory(item: Item): AlertMemory | undefined {
  if (item.detector === undefined) return undefined;
  return {
    judgedTo: numberOf(item, 'judgedTo'),
    levels: JSON.parse(textOf(item, 'levels')) as (number | null)[],
    detector: bytesOf(item, 'detector'),
  };
}
