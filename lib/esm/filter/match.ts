import type { JsonNode, JsonObject, JsonScalar } from './json.ts';
import type { LeafPattern, ObjectPattern } from './pattern.ts';

const EMPTY: JsonObject = { kind: 'object', members: [] };

/**
 * Whether a pattern matches a document, the way EventBridge's rules do.
 *
 * Of a list, it is enough that one element matches; an object pattern has to match one and the same element with all its
 * fields. A pattern that asks only for what is not there must find nothing of it in any element. An object is no value,
 * and an empty list has none: to a leaf, both are absent.
 * @see https://github.com/aws/event-ruler, "JSON Array Matching"
 */
export function matches(pattern: ObjectPattern, node: JsonNode | undefined): boolean {
  const objects = elements(node).filter((element) => element.kind === 'object');
  if (objects.length === 0) return matchesObject(pattern, EMPTY);
  return pattern.asksForPresence
    ? objects.some((object) => matchesObject(pattern, object))
    : objects.every((object) => matchesObject(pattern, object));
}

function matchesObject({ fields, alternatives }: ObjectPattern, object: JsonObject): boolean {
  for (const [name, field] of fields) {
    const value = member(object, name);
    if (field.kind === 'leaf' ? !matchesLeaf(field, value) : !matches(field, value)) return false;
  }
  return alternatives.every((branches) => branches.some((branch) => matchesObject(branch, object)));
}

function matchesLeaf({ rules, orAbsent }: LeafPattern, node: JsonNode | undefined): boolean {
  const values = elements(node).filter((element) => element.kind !== 'object');
  if (values.length === 0) return orAbsent;
  return values.some((value) => rules.some((rule) => rule(value)));
}

/** Of a name that is written twice, the last value is the one. */
function member({ members }: JsonObject, name: string): JsonNode | undefined {
  return members.findLast(([other]) => other === name)?.[1];
}

/** What is in a list, and in the lists in it; anything else is its own only element. */
function elements(node: JsonNode | undefined): readonly (JsonObject | JsonScalar)[] {
  const found: (JsonObject | JsonScalar)[] = [];
  const left = node ? [node] : [];
  for (let next = left.pop(); next; next = left.pop()) {
    if (next.kind === 'list') left.push(...next.items);
    else found.push(next);
  }
  return found;
}
