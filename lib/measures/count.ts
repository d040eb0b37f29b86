import { checkWhere } from './arguments.ts';
import { ENCODING_VERSION, Reader, varintLength, writeVarint } from './encoding.ts';
import type { Measure } from './measure.ts';

const KIND = 'count';

/**
 * How many events there are, exactly (to 2^53 - 1). 0 over none.
 *
 * @param where tells whether an event counts; without it, every one does
 * @example
 * measures: { flights: count(), late: count((flight) => flight.delay > 15) }
 */
export function count<Event>(where?: (event: Event) => boolean): Measure<Event, number, number, number> {
  if (where !== undefined) checkWhere(KIND, where);
  return {
    kind: KIND,
    input: where === undefined ? () => 1 : (event) => (where(event) ? 1 : undefined),
    refuse: () => undefined,
    empty: () => 0,
    add: (acc) => acc + 1,
    merge: (into, from) => into + from,
    result: (acc) => acc,
    encode,
    decode,
  };
}

function encode(acc: number): Buffer {
  const bytes = Buffer.allocUnsafe(1 + varintLength(acc));
  bytes[0] = ENCODING_VERSION;
  writeVarint(bytes, 1, acc);
  return bytes;
}

function decode(bytes: Uint8Array): number {
  const reader = new Reader(KIND, bytes);
  const acc = reader.varint();
  reader.end();
  return acc;
}
