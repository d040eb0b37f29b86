import { ENCODING_VERSION, Reader, varintLength, writeVarint } from './encoding.ts';
import type { Measure, ResultContext } from './measure.ts';

/** A measure that is a part of another one. */
export interface Member<Event> {
  /** Names it in what is said of a bad value. */
  readonly name: string;
  readonly measure: Measure<Event, unknown>;
}

/**
 * Several measures in one accumulator, and one result of theirs. An event contributes to each of them what it would alone.
 * Stored are the members one after another, each behind its length, so that it takes a byte for each and one for the version
 * more than they do.
 *
 * @param kind changes whenever the members or their order do
 * @param result pure; given the results in the order of the members
 */
export function combine<Event, Result>(
  kind: string,
  members: readonly Member<Event>[],
  result: (results: readonly unknown[]) => Result,
): Measure<Event, Result, unknown[], readonly unknown[]> {
  const measures = members.map(({ measure }) => measure);
  return {
    kind,
    input: (event, time) => measures.map((measure) => measure.input(event, time)),
    refuse: (inputs) => refusal(members, inputs),
    empty: () => measures.map((measure) => measure.empty()),
    add: (accs, inputs) => {
      for (let i = 0; i < accs.length; i++) {
        const input = inputs[i];
        if (input !== null && input !== undefined) accs[i] = measures[i]?.add(accs[i], input);
      }
      return accs;
    },
    merge: (into, from) => {
      for (let i = 0; i < into.length; i++) into[i] = measures[i]?.merge(into[i], from[i]);
      return into;
    },
    result: (accs, context?: ResultContext) =>
      result(measures.map((measure, i) => measure.result(accs[i], context))),
    encode: (accs) => encode(measures.map((measure, i) => measure.encode(accs[i]))),
    decode: (bytes) => {
      const reader = new Reader(kind, bytes);
      const accs = measures.map((measure) => measure.decode(reader.take(reader.varint())));
      reader.end();
      return accs;
    },
  };
}

function refusal<Event>(members: readonly Member<Event>[], inputs: readonly unknown[]): string | undefined {
  for (const [i, { name, measure }] of members.entries()) {
    const input = inputs[i];
    const refused = input === null || input === undefined ? undefined : measure.refuse(input);
    if (refused !== undefined) return `(${name}) ${refused}`;
  }
  return undefined;
}

function encode(parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + varintLength(part.length) + part.length, 1);
  const bytes = Buffer.allocUnsafe(length);
  bytes[0] = ENCODING_VERSION;
  let at = 1;
  for (const part of parts) {
    at = writeVarint(bytes, at, part.length);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
