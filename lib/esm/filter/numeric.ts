import { MappingSettingsError } from '../errors.ts';
import type { JsonNode, JsonScalar } from './json.ts';

/**
 * EventBridge compares numbers from -5e9 to 5e9, to six digits right of the decimal point.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html, "Numeric matching"
 */
const MOST = 5e9;
const DIGITS = 1e6;

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** Operators in the order in which they may be given: one, or a lower bound and then an upper one. */
const SHAPE = /^(?:=|[<>]=?|>=? <=?)$/;

/**
 * Reads the operand of `numeric`: `["=", 5]`, `["<", 5]` or `[">", 0, "<=", 5]`.
 * @throws {MappingSettingsError} for another form, or bounds that nothing is between
 */
export function compileNumeric(operand: JsonNode, where: string): (value: JsonScalar) => boolean {
  const items = operand.kind === 'list' ? operand.items : [];
  const operators = items
    .filter((_, index) => index % 2 === 0)
    .map((item) => (item.kind === 'string' ? item.text : ''));
  const bounds = items.filter((_, index) => index % 2 === 1).map((item) => comparable(item));
  if (!SHAPE.test(operators.join(' ')) || bounds.length !== operators.length || bounds.includes(undefined)) {
    throw new MappingSettingsError(
      `${where} cannot be read: it must be a list such as ["=", 5], ["<", 5] or [">", 0, "<=", 5], of numbers from ` +
        `${-MOST} to ${MOST}`,
    );
  }
  const [low = 0, high = Infinity] = bounds;
  if (low >= high) {
    throw new MappingSettingsError(
      `${where} is a range without numbers: the first bound must be the lower one`,
    );
  }
  return (value) => {
    const number = comparable(value);
    return (
      number !== undefined &&
      operators.every((operator, index) => COMPARISONS[operator]?.(number, bounds[index] ?? NaN) ?? false)
    );
  };
}

/** A number in millionths; undefined for what is none, or too far from zero to be compared. */
function comparable(node: JsonNode): number | undefined {
  if (node.kind !== 'number') return undefined;
  const value = Number(node.text);
  return Math.abs(value) <= MOST ? Math.round(value * DIGITS) : undefined;
}
