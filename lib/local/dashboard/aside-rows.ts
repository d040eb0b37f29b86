import { isUtf8 } from 'node:buffer';
import type { QuarantineMessage } from '../../quarantine/message.ts';
import { describeOrigin } from '../../redrive/describe.ts';
import type { AsideRow, Snapshot } from './protocol.ts';

const MOST_ROWS = 200;
const MOST_TEXT = 2_000;
// A character takes up to four bytes, and what base64 holds comes in threes.
const MOST_BASE64 = 4 * Math.ceil((4 * MOST_TEXT) / 3);

/** Records that were refused or came too late. */
export class AsideRows {
  /** The oldest first. */
  readonly #rows = new Map<string, AsideRow>();
  readonly #counts = { refused: 0, late: 0 };
  #listed: readonly AsideRow[] | undefined;

  /** Takes a record that was set aside; of one in several parts, the first. Each is to come once. @param at ms */
  add(message: QuarantineMessage, at: number): void {
    const row = rowOf(message, at);
    this.#counts[row.kind]++;
    this.#rows.set(row.id, row);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > MOST_ROWS && oldest !== undefined) this.#rows.delete(oldest);
    this.#listed = undefined;
  }

  /** A record that is no longer in the queue: it was repaired, or discarded. */
  gone(id: string): void {
    this.#change(id, ({ stays: _, ...row }) => ({ ...row, waiting: false }));
  }

  /** A record that was tried again, and why it stays. */
  stays(id: string, why: string): void {
    this.#change(id, (row) => ({ ...row, stays: why }));
  }

  /** The youngest first. */
  list(): readonly AsideRow[] {
    this.#listed ??= [...this.#rows.values()].reverse();
    return this.#listed;
  }

  /** All that there ever were. */
  counts(): Snapshot['asideCounts'] {
    return { ...this.#counts };
  }

  #change(id: string, to: (row: AsideRow) => AsideRow): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#rows.set(id, to(row));
    this.#listed = undefined;
  }
}

function rowOf(message: QuarantineMessage, at: number): AsideRow {
  const { id, kind, reason, detail, data } = message;
  return {
    id,
    kind: kind === 'late' ? 'late' : 'refused',
    reason: `${reason}: ${detail}`,
    at,
    origin: describeOrigin(message.origin),
    data: textOf(data),
    waiting: true,
  };
}

/** The beginning of a record as text; bytes that are none as hexadecimal digits. */
function textOf(base64: string): string {
  const bytes = Buffer.from(base64.slice(0, MOST_BASE64), 'base64');
  const whole = base64.length <= MOST_BASE64;
  // What was cut may end within a character.
  const text = isUtf8(whole ? bytes : bytes.subarray(0, lastCharacter(bytes)))
    ? bytes.toString()
    : bytes.toString('hex');
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}

/** Where the last character begins, which may not be whole. */
function lastCharacter(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at > 0 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
}
