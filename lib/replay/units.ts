import type { Readable } from 'node:stream';
import { decodeText } from '../decode/json.ts';
import { openInput } from './open.ts';
import { readLines, type Line } from './lines.ts';

/** A line of a source and its number, from 1. */
export interface Unit {
  readonly line: number;
  readonly content: Line;
}

// A line holds one event (a record has at most 1 MiB) or one recorded Lambda event: a batch of at most 6 MB.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
export const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * The lines of a source; a `.json` file, or standard input, that is one JSON value over several lines comes as one.
 *
 * @throws {InputError} if the source cannot be read
 */
export async function* readUnits(path: string, stdin: Readable): AsyncGenerator<readonly Unit[]> {
  const lines = readLines(openInput(path, stdin), LONGEST_LINE);
  const mayBeOneValue = /^-$|\.json(\.gz)?$/i.test(path);
  let number = 0;
  let head: Unit[] | undefined = mayBeOneValue ? [] : undefined;
  let headBytes = 0;
  for await (const some of lines) {
    const units: Unit[] = [];
    for (const content of some) {
      units.push({ line: ++number, content });
      headBytes += content.length;
    }
    if (head === undefined) {
      yield units;
      continue;
    }
    for (const unit of units) head.push(unit);
    if (headBytes > LONGEST_LINE || !beginsValue(head)) {
      yield head;
      head = undefined;
    }
  }
  if (head !== undefined) yield joined(head);
}

/** Whether the first line with content may be the first of a value over several lines. */
function beginsValue(units: readonly Unit[]): boolean {
  const first = units.find(({ content }) => !isBlank(content));
  if (first === undefined) return true;
  const { content } = first;
  return typeof content === 'string' && /^\s*[[{]/.test(content) && 'reason' in decodeText(content);
}

function joined(units: readonly Unit[]): readonly Unit[] {
  const [first] = units;
  if (first === undefined || units.length === 1 || units.some(({ content }) => typeof content !== 'string'))
    return units;
  const text = units.map(({ content }) => content as string).join('\n');
  return 'value' in decodeText(text) ? [{ line: first.line, content: text }] : units;
}

/** Tells a line without content: such lines are passed over. */
export function isBlank(content: Line): boolean {
  return typeof content === 'string' && content.trim() === '';
}
