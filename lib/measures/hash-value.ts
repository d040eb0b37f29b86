import { murmur3 } from './murmur3.ts';

/** Values that can be told apart by their hashes. */
export type Hashable = string | number | boolean | bigint;

// Values of different types are different values: each type has a seed. Stored sketches depend on them.
const TEXT = 1;
const NUMBER = 2;
const BOOLEAN = 3;
const BIGINT = 4;

let words = new Int32Array(64);
const double = new DataView(new ArrayBuffer(8));

/**
 * A hash of a value: of a text's UTF-16 code units, of a number's float64 (-0 as 0), of a bigint's decimal digits.
 *
 * @returns words of 32 bits, which the next call overwrites
 */
export function hashValue(value: Hashable): Int32Array {
  switch (typeof value) {
    case 'string':
      return hashText(value, TEXT);
    case 'number':
      double.setFloat64(0, value + 0, true);
      return hashWords(double.getInt32(0, true), double.getInt32(4, true), NUMBER);
    case 'boolean':
      return hashWords(Number(value), 0, BOOLEAN);
    default:
      return hashText(String(value), BIGINT);
  }
}

function hashWords(low: number, high: number, seed: number): Int32Array {
  words[0] = low;
  words[1] = high;
  words[2] = 0;
  words[3] = 0;
  return murmur3(words, 8, seed);
}

function hashText(text: string, seed: number): Int32Array {
  const { length } = text;
  if (length + 8 > words.length * 2) words = new Int32Array(length + 8);
  const pairs = length >>> 1;
  for (let i = 0; i < pairs; i++) {
    words[i] = text.charCodeAt(2 * i) | (text.charCodeAt(2 * i + 1) << 16);
  }
  words[pairs] = length % 2 === 0 ? 0 : text.charCodeAt(length - 1);
  words[pairs + 1] = 0;
  words[pairs + 2] = 0;
  words[pairs + 3] = 0;
  return murmur3(words, length * 2, seed);
}
