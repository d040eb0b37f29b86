import type { NoticeMessage } from '../notify/message.ts';

/** A link under a word for people. */
export interface NamedLink {
  readonly name: string;
  readonly url: string;
}

/** The links of a message, the one that says what to do first. */
export function linksOf({ links }: Pick<NoticeMessage, 'links'>): NamedLink[] {
  const named = [
    ['Runbook', links.runbook],
    ['Windows', links.query],
    ['History', links.history],
  ] as const;
  return named.flatMap(([name, url]) => (url === undefined ? [] : [{ name, url }]));
}
