import type { Headline } from './headline.ts';

/** What a line may hold. */
export interface LineRules {
  /** The greatest length, by `lengthOf`. */
  readonly most: number;
  readonly lengthOf: (text: string) => number;
  /** The text by characters that may stand in it. */
  readonly plain: (text: string) => string;
}

const CUT = '...';

/** A headline as a line that is not too long: what it is about is cut before what is said of it. */
export function oneLine(headline: Headline, { most, lengthOf, plain }: LineRules): string {
  const [what, where, state] = [headline.what, headline.where, headline.state].map(plain);
  const line = (place = ''): string => `${[what, place].filter(Boolean).join(' ')}${state}`;
  if (lengthOf(line(where)) <= most) return line(where);
  const isShort = (text: string): boolean => lengthOf(line(text)) <= most;
  const place = cutTo(where ?? '', isShort);
  return place === undefined ? (cutTo(line(), (text) => lengthOf(text) <= most) ?? '') : line(place);
}

/** The longest beginning of a text that is short enough with the dots behind it; `undefined` if none is. */
function cutTo(text: string, isShort: (cut: string) => boolean): string | undefined {
  for (let length = text.length; length > 0; length--) {
    const cut = `${text.slice(0, length)}${CUT}`;
    if (isShort(cut)) return cut;
  }
  return undefined;
}

/** A text without control characters and accents. */
export function withoutMarks(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/\p{C}/gu, '?');
}
