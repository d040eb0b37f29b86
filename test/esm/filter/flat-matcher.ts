/**
 * Matches as the definition has it, in no way as lib/esm does: the document is flattened to its leaves, each with its
 * path and its place in the lists around it; a match gives every field of the pattern a leaf, no two of which are in
 * different elements of one list.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type Rule = string | number | boolean | null | Readonly<Record<string, unknown>>;
export interface Pattern {
  readonly [name: string]: readonly Rule[] | Pattern;
}

interface Leaf {
  readonly path: string;
  readonly value: Json;
  /** By the list's own place in the document: the index in it. */
  readonly indices: ReadonlyMap<string, number>;
}

export function flatMatches(pattern: Pattern, document: Json): boolean {
  const leaves = flatten(document, '', '', new Map());
  const fields = wanted(pattern, '');
  const present = fields.filter(({ rules }) => !rules.some(isAbsence));
  const absent = fields.filter(({ rules }) => rules.some(isAbsence));
  return assignments(present, leaves, new Map()).some((chosen) =>
    absent.every(({ path }) => !leaves.some((leaf) => leaf.path === path && join(chosen, leaf.indices))),
  );
}

function flatten(value: Json, path: string, place: string, indices: Leaf['indices']): readonly Leaf[] {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((item, index) =>
      flatten(item, path, `${place}[${index}]`, new Map([...indices, [place, index]])),
    );
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) =>
      flatten(member, `${path}/${name}`, `${place}/${name}`, indices),
    );
  }
  return [{ path, value, indices }];
}

interface Field {
  readonly path: string;
  readonly rules: readonly Rule[];
}

function wanted(pattern: Pattern, path: string): readonly Field[] {
  return Object.entries(pattern).flatMap(([name, value]) =>
    Array.isArray(value)
      ? [{ path: `${path}/${name}`, rules: value as readonly Rule[] }]
      : wanted(value as Pattern, `${path}/${name}`),
  );
}

function assignments(
  fields: readonly Field[],
  leaves: readonly Leaf[],
  chosen: Leaf['indices'],
): readonly Leaf['indices'][] {
  const [field, ...rest] = fields;
  if (!field) return [chosen];
  return leaves.flatMap((leaf) => {
    const joined =
      leaf.path === field.path &&
      field.rules.some((rule) => holds(rule, leaf.value)) &&
      join(chosen, leaf.indices);
    return joined ? assignments(rest, leaves, joined) : [];
  });
}

function join(a: Leaf['indices'], b: Leaf['indices']): Leaf['indices'] | undefined {
  for (const [list, index] of b) if ((a.get(list) ?? index) !== index) return undefined;
  return new Map([...a, ...b]);
}

const isAbsence = (rule: Rule): boolean => typeof rule === 'object' && rule !== null && rule.exists === false;

function holds(rule: Rule, value: Json): boolean {
  if (typeof rule !== 'object' || rule === null) return rule === value;
  const [[operator, operand] = ['', undefined]] = Object.entries(rule);
  switch (operator) {
    case 'exists':
      return true;
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand));
    case 'suffix':
      return typeof value === 'string' && value.slice(-String(operand).length) === operand;
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toUpperCase() === String(operand).toUpperCase();
    case 'anything-but':
      return !(operand as readonly unknown[]).includes(value);
    case 'numeric': {
      const [low, high] = operand as readonly unknown[] as readonly [string, number];
      if (typeof value !== 'number') return false;
      return low === '<' ? value < high : low === '>=' ? value >= high : value === high;
    }
    default:
      throw new Error(`the test has no operator ${operator}`);
  }
}
