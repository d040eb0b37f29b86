import type { AlertState } from '../alerts/state.ts';
import type { Acknowledgement } from './acknowledgement.ts';
import type { Group } from './group.ts';
import type { Notice } from './notice.ts';
import type { Silence } from './silence.ts';

/** Keeps the groups, and by each write hands on the notices that it gave. */
export interface GroupStore {
  read(alert: string, group: string): Promise<Group | undefined>;
  /** Writes a group and its notices, all or nothing, on condition that the revision before it is the latest; says whether it was. */
  write(group: Group, notices: readonly Notice[]): Promise<boolean>;
}

/** Keeps silences. */
export interface SilenceStore {
  /** Those that end after `time` (ms), by start. */
  list(time: number): Promise<Silence[]>;
  read(id: string): Promise<Silence | undefined>;
  /** Writes a silence, in place of one with the same id. */
  put(silence: Silence): Promise<void>;
}

/** Keeps who has acknowledged what: the latest of each alert and key. */
export interface AcknowledgementStore {
  read(alert: string, key: string): Promise<Acknowledgement | undefined>;
  put(acknowledgement: Acknowledgement): Promise<void>;
}

/** What has happened to alerts. */
export type HistoryEntry =
  | { readonly type: 'transition'; readonly at: number; readonly state: AlertState }
  | { readonly type: 'notice'; readonly at: number; readonly notice: Notice }
  | { readonly type: 'acknowledged'; readonly at: number; readonly by: Acknowledgement };

/** Keeps all that has happened to alerts, for as long as history is kept. */
export interface HistoryStore {
  /** Adds entries; adding one again changes nothing. */
  add(entries: readonly HistoryEntry[]): Promise<void>;
  /** Entries of an alert, latest first: of one key if that is given, and in [from, to) of event time (ms). */
  list(
    alert: string,
    options: { readonly key?: string; readonly from: number; readonly to: number },
  ): AsyncIterable<HistoryEntry>;
}

/** What keeps an alert from being told of, and what of it is known already. */
export interface Quiet {
  /** Until when silences cover an alert, in ms, if they do at `time` (ms). */
  silencedUntil(state: AlertState, time: number): number | undefined;
  /** Whether an alert that inhibits it fires at `time` (ms). */
  isInhibited(state: AlertState, time: number): boolean;
  isAcknowledged(state: AlertState): boolean;
}
