import { isAscii, isUtf8 } from 'node:buffer';

/** One line of a file: its text, or its bytes where they are not UTF-8. */
export type Line = string | Buffer;

/** The lines that one chunk of bytes completed. */
export type Lines = readonly Line[];

const NEWLINE = 0x0a;

/**
 * Cuts bytes into lines, many at a time: a call per line would cost as much as parsing it. The line break (LF or CR LF)
 * is left out; a last line needs none.
 *
 * @param longest bytes of a line that are kept; the rest of a longer one is dropped but for one byte, so that it can be told
 */
export async function* readLines(chunks: AsyncIterable<Buffer>, longest: number): AsyncGenerator<Lines> {
  let open: Buffer[] = [];
  let openBytes = 0;
  const hold = (piece: Buffer): void => {
    const kept = piece.subarray(0, Math.max(0, longest + 1 - openBytes));
    openBytes += kept.length;
    // A copy, as the stream may use the chunk's memory again.
    if (kept.length > 0) open.push(Buffer.from(kept));
  };
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      hold(chunk);
      continue;
    }
    let from = 0;
    const lines: Line[] = [];
    if (openBytes > 0) {
      from = chunk.indexOf(NEWLINE) + 1;
      hold(chunk.subarray(0, from - 1));
      lines.push(...split(Buffer.concat(open)));
      open = [];
      openBytes = 0;
    }
    if (end >= from) {
      for (const line of split(chunk.subarray(from, end))) lines.push(line);
    }
    hold(chunk.subarray(end + 1));
    yield lines;
  }
  if (openBytes > 0) yield split(Buffer.concat(open));
}

/** Lines of bytes that begin and end with a line. */
function split(bytes: Buffer): Lines {
  if (isAscii(bytes)) return trimmed(bytes.toString('latin1').split('\n'));
  if (isUtf8(bytes)) return trimmed(bytes.toString('utf8').split('\n'));
  return splitBytes(bytes);
}

function trimmed(lines: string[]): string[] {
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.endsWith('\r')) lines[i] = line.slice(0, -1);
  }
  return lines;
}

// Somewhere in these bytes is a line that is not UTF-8; the others still are.
function splitBytes(bytes: Buffer): Line[] {
  const lines: Line[] = [];
  for (let from = 0; from <= bytes.length;) {
    const found = bytes.indexOf(NEWLINE, from);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(from, end);
    lines.push(isUtf8(line) ? (trimmed([line.toString('utf8')])[0] ?? '') : Buffer.from(line));
    from = end + 1;
  }
  return lines;
}
