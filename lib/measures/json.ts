import type { Reader } from './encoding.ts';
import { shown } from './finite.ts';

/** What a measure can keep of an event and give back: what JSON holds, but for `null` at the top. */
export type Keepable = string | number | boolean | object;

/** A {@link Keepable} without parts. */
export type Scalar = string | number | boolean;

/** Most bytes of a kept value as JSON. */
export const MOST_JSON_BYTES = 1024;

// A UTF-16 code unit takes up to 6 bytes of JSON, and a text has two quotes.
const SURELY_SHORT = Math.floor((MOST_JSON_BYTES - 2) / 6);

/** Says why an input is no scalar that can be kept, or `undefined` if it is one. */
export function refuseUnlessScalar(input: unknown): string | undefined {
  if (typeof input === 'string') return input.length <= SURELY_SHORT ? undefined : refuseIfLong(input);
  if (typeof input === 'boolean' || (typeof input === 'number' && Number.isFinite(input))) return undefined;
  return `must be a text, a finite number or a boolean, got ${shown(input)}`;
}

/** Says why an input cannot be kept, or `undefined` if it can. */
export function refuseUnlessKeepable(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return refuseUnlessScalar(input);
  if (isPlain(input)) return refuseIfLong(input);
  return 'must be a plain object, got one that is of a class or has a toJSON: it would come back as something else';
}

function refuseIfLong(input: Keepable): string | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes <= MOST_JSON_BYTES) return undefined;
  return `must take at most ${MOST_JSON_BYTES} bytes as JSON, takes ${bytes}; keep a part of it`;
}

function isPlain(input: object): boolean {
  if ('toJSON' in input && typeof input.toJSON === 'function') return false;
  const prototype: unknown = Object.getPrototypeOf(input);
  return Array.isArray(input) || prototype === Object.prototype || prototype === null;
}

/** Order of two scalars: booleans, then numbers, then texts by UTF-16 code units. */
export function compareScalars(a: Scalar, b: Scalar): number {
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Reads a scalar that was written as JSON. @throws {EncodingError} if it is none */
export function readScalar(reader: Reader): Scalar {
  const value = readKeepable(reader);
  if (refuseUnlessScalar(value) !== undefined) throw reader.broken('holds a value that is no scalar');
  return value as Scalar;
}

/** Reads a value that was written as JSON. @throws {EncodingError} if it cannot have been */
export function readKeepable(reader: Reader): Keepable {
  const value = parsed(reader.text());
  if (value === undefined || value === null) throw reader.broken('holds a value that is not JSON, or null');
  return value;
}

function parsed(text: string): Keepable | null | undefined {
  try {
    return JSON.parse(text) as Keepable | null;
  } catch {
    return undefined;
  }
}
