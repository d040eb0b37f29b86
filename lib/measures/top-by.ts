import { PipelineError } from '../pipeline/errors.ts';
import { checkBy, checkOf } from './arguments.ts';
import { ENCODING_VERSION, Reader, textLength, varintLength, writeText, writeVarint } from './encoding.ts';
import { refuseUnlessFinite, type NumberOf } from './finite.ts';
import { readKeepable, refuseUnlessKeepable, type Keepable } from './json.ts';
import type { Measure } from './measure.ts';

const MOST = 100;

/** A value and the number that it is ranked by. */
export interface RankedValue<Value> {
  readonly value: Value;
  readonly by: number;
}

/** A value as it is kept: as JSON. */
export interface Ranked {
  readonly by: number;
  readonly text: string;
}

/**
 * The values of the k events with the greatest number, greatest first, exactly, in whatever order and split the events come:
 * the highest bids with who made them, the slowest requests with their pages. Every event counts, also where it is equal to
 * another. Of several with the same number, those whose JSON is least by UTF-16 code units come first. An empty list over no
 * values.
 *
 * Values are kept, and given back, as JSON, as by {@link last}. Stored are 2 bytes, and for each of at most k values its JSON
 * and 9 or 10 bytes.
 *
 * @param of takes a text, a finite number, a boolean, a plain object or an array out of an event, of at most 1,024 bytes as
 * JSON; anything else is quarantined; `null` and `undefined` are skipped
 * @param by takes the number out of the event; `null` and `undefined` are skipped
 * @param k from 1 to 100; another k begins anew in each pane
 * @throws {PipelineError} if k is out of range
 * @example
 * measures: { highest: topBy((bid) => bid.bidder, (bid) => bid.price, 2) }
 * // [{ value: 'ann', by: 120 }, { value: 'bob', by: 99.5 }]
 */
export function topBy<Event, Value extends Keepable>(
  of: (event: Event) => Value | null | undefined,
  by: NumberOf<Event>,
  k = 10,
): Measure<Event, readonly RankedValue<Value>[], Ranked[], RankedValue<Keepable>> {
  checkOf('topBy', of);
  checkBy('topBy', by);
  if (!Number.isInteger(k) || k < 1 || k > MOST)
    throw new PipelineError('k of topBy', `is ${k}`, `take a whole number from 1 to ${MOST}`);
  // What a smaller k has dropped may be among what this one promises to have.
  const kind = `topBy(k=${k})`;

  /** Puts one where it belongs; `acc` is in order. */
  function insert(acc: Ranked[], one: Ranked): void {
    let at = acc.length;
    for (let before = acc[at - 1]; before !== undefined && compare(one, before) < 0; before = acc[at - 1])
      at--;
    if (at === k) return;
    acc.splice(at, 0, one);
    if (acc.length > k) acc.pop();
  }

  return {
    kind,
    input: (event) => {
      const [value, number] = [of(event), by(event)];
      return value == null || number == null ? undefined : { value, by: number };
    },
    refuse: (input) => refuseUnlessFinite(input.by) ?? refuseUnlessKeepable(input.value),
    empty: () => [],
    add: (acc, input) => {
      const least = acc[k - 1];
      // Written as JSON only where it may be kept: that takes longer than all the rest.
      if (least !== undefined && input.by < least.by) return acc;
      // Adding 0 turns -0 into 0.
      insert(acc, { by: input.by + 0, text: JSON.stringify(input.value) });
      return acc;
    },
    merge: (into, from) => {
      for (const one of from) insert(into, one);
      return into;
    },
    // Only values that `of` gave have been kept.
    result: (acc) => acc.map(({ by: number, text }) => ({ value: JSON.parse(text) as Value, by: number })),
    encode,
    decode: (bytes) => decode(kind, bytes, k),
  };
}

function compare(a: Ranked, b: Ranked): number {
  if (a.by !== b.by) return a.by > b.by ? -1 : 1;
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
}

function encode(acc: readonly Ranked[]): Buffer {
  const length = acc.reduce((sum, { text }) => sum + 8 + textLength(text), 1 + varintLength(acc.length));
  const bytes = Buffer.allocUnsafe(length);
  bytes[0] = ENCODING_VERSION;
  let at = writeVarint(bytes, 1, acc.length);
  for (const { by, text } of acc) at = writeText(bytes, bytes.writeDoubleLE(by, at), text);
  return bytes;
}

function decode(kind: string, bytes: Uint8Array, k: number): Ranked[] {
  const reader = new Reader(kind, bytes);
  const size = reader.varint();
  if (size > k) throw reader.broken(`holds ${size} values, more than k`);
  const acc: Ranked[] = [];
  for (let i = 0; i < size; i++) {
    const one = { by: reader.float64(), text: JSON.stringify(readKeepable(reader)) };
    const before = acc.at(-1);
    if (!Number.isFinite(one.by) || (before !== undefined && compare(before, one) > 0))
      throw reader.broken('holds values out of order');
    acc.push(one);
  }
  reader.end();
  return acc;
}
