import { decodeJson } from './json.ts';
import { trimmed } from './white-space.ts';

const NEWLINE = 0x0a;

/**
 * The lines with content of newline-delimited JSON, without their line breaks: https://github.com/ndjson/ndjson-spec
 * Lines of which none is an object or an array are not that, but one record that is broken: a page of HTML, JSON that
 * was written over several lines and cut.
 *
 * @param bytes what is not one JSON value
 * @param most lines after which it stops
 * @returns `undefined` if they are no such lines
 * @example jsonLines(Buffer.from('{"a":1}\n\nnope\n'), 10) // the bytes of `{"a":1}` and of `nope`
 */
export function jsonLines(bytes: Buffer, most: number): Buffer[] | undefined {
  if (!bytes.includes(NEWLINE)) return undefined;
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length && lines.length < most;) {
    const found = bytes.indexOf(NEWLINE, from);
    const end = found < 0 ? bytes.length : found;
    const line = trimmed(bytes.subarray(from, end));
    if (line.length > 0) lines.push(line);
    from = end + 1;
  }
  return lines.some(isEvent) ? lines : undefined;
}

function isEvent(line: Buffer): boolean {
  const decoded = decodeJson(line);
  return 'value' in decoded && typeof decoded.value === 'object' && decoded.value !== null;
}
