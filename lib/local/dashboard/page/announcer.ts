import type { AlertRow, Snapshot } from '../protocol.ts';
import { setText } from './dom.ts';
import type { View } from './view.ts';

const LEAST_MS_BETWEEN = 4_000;

/** Tells of changes of alerts to those who listen instead of looking: politely, several at once as one sentence. */
export function createAnnouncer(region: HTMLElement): View {
  let known: ReadonlySet<string> | undefined;
  let pending: AlertRow[] = [];
  let isWaiting = false;
  const say = (): void => {
    isWaiting = false;
    if (pending.length === 0) return;
    setText(region, announcement(pending));
    pending = [];
    isWaiting = true;
    setTimeout(say, LEAST_MS_BETWEEN);
  };
  return {
    update: ({ transitions }: Snapshot) => {
      const before = known;
      known = new Set(transitions.map(nameOf));
      // What was there before the page is no news.
      if (before === undefined) return;
      pending.push(...transitions.filter((row) => !before.has(nameOf(row))));
      if (!isWaiting) say();
    },
  };
}

/** One sentence of several changes, the youngest first. */
export function announcement(rows: readonly AlertRow[]): string {
  const [latest] = rows;
  if (latest === undefined) return '';
  const one = `${latest.alert} ${latest.key} ${latest.state}`.replace(/ +/g, ' ');
  if (rows.length === 1) return one;
  const firing = rows.filter(({ state }) => state === 'firing').length;
  return `${firing} alerts fire, ${rows.length - firing} resolved; the last one: ${one}`;
}

function nameOf({ alert, key, at, state, severity }: AlertRow): string {
  return `${alert} ${key} ${at} ${state} ${severity}`;
}
