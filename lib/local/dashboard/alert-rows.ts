import { headlineOf } from '../../notify/headline.ts';
import type { MessageAlert, NoticeMessage } from '../../notify/message.ts';
import { keyWords } from '../../notify/describe-value.ts';
import type { AlertRow } from './protocol.ts';
import { Recent } from './recent.ts';

const MOST_ROWS = 200;
// More than are shown, so that one that resolves makes room for another that fires.
const MOST_KEPT = 1_000;

/** Alerts as people are told of them: what each one is, and how that has changed. */
export class AlertRows {
  readonly #latest = new Map<string, AlertRow>();
  readonly #transitions = new Recent<AlertRow>(MOST_ROWS);
  #listed: readonly AlertRow[] | undefined;

  /** Takes a message; what of it is no news changes nothing. */
  tell(message: NoticeMessage): void {
    for (const alert of message.alerts) {
      if (alert.news === 'firing' || alert.news === 'resolved' || alert.news === 'escalated')
        this.#add(rowOf(message, alert, alert.news));
    }
  }

  /** The youngest state of each alert, those that fire first, then the youngest first. */
  list(): readonly AlertRow[] {
    this.#listed ??= [...this.#latest.values()].toSorted(firingFirst).slice(0, MOST_ROWS);
    return this.#listed;
  }

  transitions(): readonly AlertRow[] {
    return this.#transitions.list();
  }

  #add(row: AlertRow): void {
    this.#transitions.add(row);
    this.#latest.set(`${row.alert} ${row.key}`, row);
    this.#listed = undefined;
    if (this.#latest.size <= MOST_KEPT) return;
    const kept = [...this.#latest].toSorted(([, a], [, b]) => firingFirst(a, b)).slice(0, MOST_KEPT / 2);
    this.#latest.clear();
    for (const [name, one] of kept) this.#latest.set(name, one);
  }
}

function rowOf(
  message: NoticeMessage,
  alert: MessageAlert,
  kind: 'firing' | 'resolved' | 'escalated',
): AlertRow {
  const { key, severity, since, at, state } = alert;
  // As a message would have it that is about this alert alone.
  const {
    what,
    where,
    state: shown,
  } = headlineOf({ ...message, kind, key, severity, since, at, alerts: [alert] });
  return {
    alert: message.alert,
    key: keyWords(key),
    state,
    severity,
    at: Date.parse(at),
    summary: `${[what, where].filter((part) => part !== '').join(' ')}${shown}`,
  };
}

function firingFirst(a: AlertRow, b: AlertRow): number {
  if (a.state !== b.state) return a.state === 'firing' ? -1 : 1;
  return b.at - a.at;
}
