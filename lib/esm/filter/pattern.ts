import { MappingSettingsError } from '../errors.ts';
import type { JsonList, JsonNode, JsonObject } from './json.ts';
import type { Rule } from './rules.ts';
import { compileRule, isOperator } from './rules.ts';

/** What the value of a field must be. */
export interface LeafPattern {
  readonly kind: 'leaf';
  /** One of these must hold for one of the field's values, … */
  readonly rules: readonly Rule[];
  /** … or the field must have none. */
  readonly orAbsent: boolean;
}

/** What the members of an object must be: all fields, and of each list of alternatives one. */
export interface ObjectPattern {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, LeafPattern | ObjectPattern>;
  readonly alternatives: readonly (readonly ObjectPattern[])[];
  /** Whether it asks for something that is there, rather than just for things that are not. */
  readonly asksForPresence: boolean;
}

/**
 * Reads a pattern: objects down to leaves, which are lists of values and rules.
 * @param where the pattern's place in the settings, for errors
 * @throws {MappingSettingsError} for what AWS's syntax does not know
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 */
export function compilePattern(pattern: JsonObject, where: string): ObjectPattern {
  return compileObject([pattern], [], where);
}

/** @param objects the object, and others of the same name beside it, whose fields all have to match */
function compileObject(
  objects: readonly JsonObject[],
  path: readonly string[],
  where: string,
): ObjectPattern {
  const members = objects.flatMap((object) => object.members);
  if (members.length === 0) {
    throw new MappingSettingsError(`${at(where, path)} is an empty object: name a field, or leave it out`);
  }
  const fields = new Map<string, LeafPattern | ObjectPattern>();
  const alternatives: (readonly ObjectPattern[])[] = [];
  for (const [name, value] of members) {
    if (name === '$or' && isAlternatives(value)) alternatives.push(compileAlternatives(value, path, where));
    else fields.set(name, compileField(name, value, members, path, where));
  }
  const asksForPresence =
    [...fields.values()].some((field) =>
      field.kind === 'leaf' ? field.rules.length > 0 : field.asksForPresence,
    ) || alternatives.flat().some((branch) => branch.asksForPresence);
  return { kind: 'object', fields, alternatives, asksForPresence };
}

function compileField(
  name: string,
  value: JsonNode,
  siblings: JsonObject['members'],
  path: readonly string[],
  where: string,
): LeafPattern | ObjectPattern {
  const fieldPath = [...path, name];
  if (value.kind === 'list') return compileLeaf(value, fieldPath, where);
  if (value.kind === 'object') {
    // An object that is given twice, as in AWS's example of a Boolean AND, asks for both; of two lists the last holds.
    const same = siblings.filter(([other]) => other === name).map(([, sibling]) => sibling);
    return compileObject(
      same.filter((sibling) => sibling.kind === 'object'),
      fieldPath,
      where,
    );
  }
  const text = value.kind === 'string' ? JSON.stringify(value.text) : value.text;
  throw new MappingSettingsError(
    `${at(where, fieldPath)} is ${text}: values are given in a list, ${JSON.stringify(name)}: [${text}]`,
  );
}

function compileLeaf({ items }: JsonList, path: readonly string[], where: string): LeafPattern {
  if (items.length === 0) {
    throw new MappingSettingsError(`${at(where, path)} is an empty list: give the values to match`);
  }
  const rules = items.map((item, index) => compileRule(item, `${at(where, path)}[${index}]`));
  return {
    kind: 'leaf',
    rules: rules.filter((rule) => rule !== 'absent'),
    orAbsent: rules.includes('absent'),
  };
}

/**
 * As EventBridge has it: two objects or more whose fields are not called like operators; else it is a field's name.
 * @see https://github.com/aws/event-ruler, 'The "$or" Primitive'
 */
function isAlternatives(value: JsonNode): value is JsonList & { readonly items: readonly JsonObject[] } {
  return (
    value.kind === 'list' &&
    value.items.length >= 2 &&
    value.items.every((item) => item.kind === 'object' && !item.members.some(([name]) => isOperator(name)))
  );
}

function compileAlternatives(
  { items }: { readonly items: readonly JsonObject[] },
  path: readonly string[],
  where: string,
): readonly ObjectPattern[] {
  return items.map((item, index) => compileObject([item], [...path, `$or[${index}]`], where));
}

function at(where: string, path: readonly string[]): string {
  return path.length === 0 ? where : `${where}: ${path.join('.')}`;
}
