import { keyWords, rangeText, timeText } from '../notify/describe-value.ts';
import type { NoticeMessage } from '../notify/message.ts';

/** What is said of a message beside its title. */
export interface Fact {
  readonly title: string;
  readonly value: string;
}

/** When, how bad and whose: what people look for first. */
export function factsOf({ since, window, kind, counts, severity, labels }: NoticeMessage): Fact[] {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Severity', severity],
    [kind === 'resolved' ? 'Fired from' : 'Firing since', timeText(since)],
    ['Window', window && rangeText(window)],
    ['Labels', keyWords(labels) || undefined],
    ['Held back before', counts.heldBack > 0 ? `${counts.heldBack} messages` : undefined],
  ];
  return facts.flatMap(([title, value]) => (value === undefined ? [] : [{ title, value }]));
}
