import { timeText } from './describe-value.ts';
import { headlineOf } from './headline.ts';
import type { NoticeMessage } from './message.ts';
import { oneLine, withoutMarks } from './one-line.ts';

// One SMS takes 160 septets of the GSM 7-bit alphabet, and half as many characters if one is not in it. Those of its extension
// take two. 3GPP TS 23.038, 6.2.1: https://www.3gpp.org/dynareport/23038.htm
const MOST = 159;
const BASIC = new Set(
  '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENSION = new Set('^{}\\[~]|€');

/**
 * A message as one SMS: fewer than 160 septets of the GSM 7-bit alphabet.
 *
 * @example smsOf(message) // 'FIRING congested origin=ORD: 54.3 min (>= 45), warning. Since 2001-06-14 15:45 UTC'
 */
export function smsOf(message: NoticeMessage): string {
  const line = oneLine(headlineOf(message), { most: MOST, lengthOf: septets, plain: toGsm });
  const { state, since, runbook } = message;
  const more = [
    state === 'firing' ? `. Since ${timeText(since)}` : '',
    runbook === undefined ? '' : ` ${toGsm(runbook)}`,
  ];
  let text = line;
  for (const part of more) if (septets(text + part) <= MOST) text += part;
  return text;
}

/** Septets that a text of the GSM 7-bit alphabet takes. */
function septets(text: string): number {
  return Array.from(text).reduce((sum, char) => sum + (EXTENSION.has(char) ? 2 : 1), 0);
}

function toGsm(text: string): string {
  return Array.from(text.normalize('NFC'), (char) => (isGsm(char) ? char : plainChar(char))).join('');
}

function plainChar(char: string): string {
  const plain = withoutMarks(char);
  return Array.from(plain).every(isGsm) ? plain : '?';
}

function isGsm(char: string): boolean {
  return BASIC.has(char) || EXTENSION.has(char);
}
