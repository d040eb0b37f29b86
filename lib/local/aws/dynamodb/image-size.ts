import type { Image, WireValue } from './image.ts';

/** AWS: a list or map takes three bytes, and one more for each member, whatever is in it. */
const NESTED_BYTES = 3;

/**
 * The size of an item, or a part of one, in bytes: its names and values in UTF-8.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 * @example imageBytes({ pk: { S: 'ü' } }) // 4
 */
export function imageBytes(image: Image): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(image)) bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

function valueBytes(value: WireValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.SS) return sum(value.SS, (text) => Buffer.byteLength(text));
  if (value.NS) return sum(value.NS, numberBytes);
  if (value.BS) return sum(value.BS, (text) => Buffer.byteLength(text, 'base64'));
  if (value.L) return NESTED_BYTES + sum(value.L, (member) => 1 + valueBytes(member));
  if (value.M) return NESTED_BYTES + Object.keys(value.M).length + imageBytes(value.M);
  return 1;
}

/** Two digits a byte, in pairs that end at the decimal point; one byte more, and another for a minus. */
function numberBytes(text: string): number {
  const { sign, digits, exponent } = significant(text);
  if (digits === '') return 1;
  const pairs = Math.ceil(digits.length / 2) + (digits.length % 2 === 0 && exponent % 2 === 0 ? 1 : 0);
  return 1 + pairs + (sign === '-' ? 1 : 0);
}

/** The digits that count, and the power of ten of the first of them. */
function significant(text: string): {
  readonly sign: string;
  readonly digits: string;
  readonly exponent: number;
} {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const all = whole + fraction;
  const leading = all.length - all.replace(/^0+/, '').length;
  return {
    sign,
    digits: all.replace(/^0+|0+$/g, ''),
    exponent: whole.length - 1 - leading + Number(power),
  };
}

function sum<T>(members: readonly T[], bytes: (member: T) => number): number {
  return members.reduce((total, member) => total + bytes(member), 0);
}
