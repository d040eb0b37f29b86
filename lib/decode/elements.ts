import { trimmed } from './white-space.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b];
const CLOSE = [0x5d, 0x7d];

/**
 * The elements of a JSON array, each in its own bytes. Reading and writing them again would not do: `1e400` is read as
 * infinity, which is refused, and is written as `null`, which is passed over.
 *
 * @param bytes one JSON array and white space; of anything else the result means nothing
 * @param most elements after which it stops
 * @example elementsOf(Buffer.from('[{"a":1}, 2]'), 10) // the bytes of `{"a":1}` and of `2`
 */
export function elementsOf(bytes: Buffer, most: number): Buffer[] {
  const elements: Buffer[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < bytes.length && elements.length < most; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      at = endOfText(bytes, at);
    } else if (OPEN.includes(byte)) {
      if (depth++ === 0) from = at + 1;
    } else if (CLOSE.includes(byte)) {
      if (--depth === 0) add(elements, bytes.subarray(from, at));
    } else if (byte === COMMA && depth === 1) {
      add(elements, bytes.subarray(from, at));
      from = at + 1;
    }
  }
  return elements;
}

/** Where the quote stands that ends the text which begins at `from`. */
function endOfText(bytes: Buffer, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function add(elements: Buffer[], bytes: Buffer): void {
  const element = trimmed(bytes);
  // Between the brackets of an empty array there is none.
  if (element.length > 0) elements.push(element);
}
