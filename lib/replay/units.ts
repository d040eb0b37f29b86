import type { Readable } from 'node:stream';
import { decodeText } from '../decode/json.ts';
import { openInput } from './open.ts';
import { readLines, type Line, type Lines } from './lines.ts';

/** Lines of a source that follow each other: an object a line would cost as much as cutting the lines. */
export interface Units {
  /** Number of the first line, from 1. */
  readonly first: number;
  readonly lines: Lines;
}

// A line holds one event (a record has at most 1 MiB) or one recorded Lambda event: a batch of at most 6 MB.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
export const LONGEST_LINE = 16 * 1024 * 1024;

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The lines of a source; a `.json` file, or standard input, that is one JSON value over several lines comes as one.
 *
 * @throws {InputError} if the source cannot be read
 */
export async function* readUnits(path: string, stdin: Readable): AsyncGenerator<Units> {
  const mayBeOneValue = /^-$|\.json(\.gz)?$/i.test(path);
  let first = 1;
  let head: Line[] | undefined = mayBeOneValue ? [] : undefined;
  let headBytes = 0;
  for await (const lines of unmarked(readLines(openInput(path, stdin), LONGEST_LINE))) {
    if (head === undefined) {
      yield { first, lines };
      first += lines.length;
      continue;
    }
    for (const line of lines) {
      head.push(line);
      headBytes += line.length;
    }
    if (headBytes > LONGEST_LINE || !beginsValue(head)) {
      yield { first, lines: head };
      first += head.length;
      head = undefined;
    }
  }
  if (head !== undefined) yield { first, lines: joined(head) };
}

/** Events in memory as lines of a source. Lines are JSON: a value that JSON cannot say is an empty one. */
// eslint-disable-next-line @typescript-eslint/require-await -- a source is read asynchronously
export async function* unitsOf(events: readonly unknown[]): AsyncGenerator<Units> {
  yield { first: 1, lines: events.map((event) => (JSON.stringify(event) as string | undefined) ?? '') };
}

/** Leaves out the byte-order mark that some programs put before the first line: JSON does not allow it. */
async function* unmarked(chunks: AsyncIterable<Lines>): AsyncGenerator<Lines> {
  let isFirst = true;
  for await (const lines of chunks) {
    const [line, ...others] = isFirst ? lines : [];
    isFirst = false;
    yield typeof line === 'string' && line.startsWith(BYTE_ORDER_MARK) ? [line.slice(1), ...others] : lines;
  }
}

/** Whether the first line with content may be the first of a value over several lines. */
function beginsValue(lines: Lines): boolean {
  const first = lines.find((line) => !isBlank(line));
  if (first === undefined) return true;
  return typeof first === 'string' && /^\s*[[{]/.test(first) && 'reason' in decodeText(first);
}

function joined(lines: Lines): Lines {
  if (lines.length < 2 || lines.some((line) => typeof line !== 'string')) return lines;
  const text = lines.join('\n');
  return 'value' in decodeText(text) ? [text] : lines;
}

/** Tells a line without content: such lines are passed over. */
export function isBlank(line: Line): boolean {
  return typeof line === 'string' && line.trim() === '';
}
