import { MOST_MEMBERS, type NoticeKind } from '../dispatch/notice.ts';
import { durationText, firingFor, keyWords, valueText } from './describe-value.ts';
import type { MessageAlert, NoticeMessage } from './message.ts';

/** A message in one line, in parts: if there is no room for all, `where` is what is cut. */
export interface Headline {
  /** Such as `FIRING congested`. */
  readonly what: string;
  /** Such as `origin=ORD`. */
  readonly where: string;
  /** Such as `: 54.3 min (>= 45), warning`. */
  readonly state: string;
}

/** What a kind of message is called. */
export const KIND_WORDS: Readonly<Record<NoticeKind, string>> = {
  firing: 'FIRING',
  escalated: 'ESCALATED',
  renotified: 'STILL FIRING',
  updated: 'PARTLY RESOLVED',
  resolved: 'RESOLVED',
  flapping: 'FLAPPING',
};

/**
 * A message in one line.
 *
 * @example headlineOf(message) // FIRING congested origin=ORD: 54.3 min (>= 45), warning
 */
export function headlineOf(message: NoticeMessage): Headline {
  const { kind, alert, key, group } = message;
  return {
    what: `${KIND_WORDS[kind]} ${alert}`,
    where: keyWords(key ?? group),
    state: key === undefined ? stateOfGroup(message) : stateOfOne(message),
  };
}

/** A number of a group's alerts by what tells them apart. @example countText(message, 200) // '200 origins' */
export function countText(message: Pick<NoticeMessage, 'alerts' | 'group'>, count: number): string {
  const apart = Object.keys(message.alerts[0]?.key ?? {}).filter(
    (name) => !Object.hasOwn(message.group, name),
  );
  const [dimension = 'alert', ...others] = apart;
  const noun = others.length > 0 ? 'alert' : dimension;
  return `${count} ${count === 1 ? noun : plural(noun)}`;
}

/** How many of the listed alerts are there for this; `undefined` if it may be more, as only the first are listed. */
export function countNews(
  { alerts, counts }: Pick<NoticeMessage, 'alerts' | 'counts'>,
  news: MessageAlert['news'],
): number | undefined {
  if (alerts.length >= MOST_MEMBERS && counts.leftOut > 0) return undefined;
  return alerts.filter((alert) => alert.news === news).length;
}

function stateOfOne(message: NoticeMessage): string {
  const [alert] = message.alerts;
  const value = message.kind === 'flapping' || alert === undefined ? undefined : valueText(alert);
  // Nobody is to take what it was hours ago for what it is.
  const then = message.kind === 'renotified' && alert?.missing === false ? 'was ' : '';
  const rest = ratingOf(message);
  return value === undefined ? ` (${rest})` : `: ${then}${value}, ${rest}`;
}

function stateOfGroup(message: NoticeMessage): string {
  return `: ${sizeOf(message)} (${ratingOf(message)})`;
}

function ratingOf(message: NoticeMessage): string {
  const { kind, severity } = message;
  const long = durationText(firingFor(message));
  if (kind === 'renotified') return `${severity}, for ${long}`;
  return kind === 'resolved' ? `${severity}, after ${long}` : severity;
}

function sizeOf(message: NoticeMessage): string {
  const { kind, counts } = message;
  const all = countText(message, counts.firing);
  switch (kind) {
    case 'firing': {
      const news = countNews(message, 'firing') ?? counts.firing;
      return news < counts.firing ? `${all}, ${news} of them new` : all;
    }
    case 'renotified':
      return all;
    case 'escalated':
      return `${countNews(message, 'escalated') ?? 'many'} of ${all}`;
    case 'updated':
      return `${countText(message, counts.resolved)} resolved, ${counts.firing} still firing`;
    case 'resolved':
      return countText(message, counts.resolved);
    case 'flapping':
      return `${countText(message, countNews(message, 'flapping') ?? MOST_MEMBERS)}, ${counts.firing} firing`;
  }
}

function plural(noun: string): string {
  if (/(?:s|x|z|ch|sh)$/i.test(noun)) return `${noun}es`;
  return /[^aeiou]y$/i.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
