import type { Template } from './template.ts';

/** A place in a template that names something elsewhere in it. */
export interface Reference {
  readonly from: string;
  readonly kind: 'Ref' | 'Fn::GetAtt' | 'Fn::Sub' | 'DependsOn' | 'Condition' | 'Fn::If';
  readonly to: string;
}

const pseudoParameter =
  /^AWS::(AccountId|NoValue|NotificationARNs|Partition|Region|StackId|StackName|URLSuffix)$/;

/** Every reference in the resources, conditions and outputs of a template. */
export function references(template: Template): Reference[] {
  const parts = { Resources: template.Resources, Conditions: template.Conditions, Outputs: template.Outputs };
  return [...walk(parts, '')];
}

/** The references whose target the template does not have. */
export function dangling(template: Template): Reference[] {
  const has = (part: object | undefined, name: string): boolean =>
    part !== undefined && Object.hasOwn(part, name);
  return references(template).filter(({ kind, to }) => {
    if (kind === 'Condition' || kind === 'Fn::If') return !has(template.Conditions, to);
    if (kind === 'DependsOn' || kind === 'Fn::GetAtt') return !has(template.Resources, to);
    return !pseudoParameter.test(to) && !has(template.Resources, to) && !has(template.Parameters, to);
  });
}

function* walk(node: unknown, from: string): Generator<Reference> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    yield* referencesAt(key, value, from);
    yield* walk(value, `${from}/${key}`);
  }
}

function* referencesAt(key: string, value: unknown, from: string): Generator<Reference> {
  if (key === 'Ref' && typeof value === 'string') yield { from, kind: key, to: value };
  if (key === 'Fn::GetAtt') yield { from, kind: key, to: logicalIdOf(value) };
  if (key === 'Fn::Sub') yield* substitutions(value, from);
  if (key === 'Fn::If' && Array.isArray(value)) yield { from, kind: key, to: String(value[0]) };
  // An object under the same name is a policy's own condition and names nothing in the template.
  if (key === 'Condition' && typeof value === 'string') yield { from, kind: key, to: value };
  if (key === 'DependsOn') for (const to of [value].flat()) yield { from, kind: key, to: String(to) };
}

function logicalIdOf(attribute: unknown): string {
  return Array.isArray(attribute) ? String(attribute[0]) : (String(attribute).split('.')[0] ?? '');
}

function* substitutions(value: unknown, from: string): Generator<Reference> {
  const [text, own = {}] = Array.isArray(value) ? (value as [string, object?]) : [String(value)];
  for (const [, name = ''] of text.matchAll(/\$\{([^!}][^}]*)\}/g)) {
    if (!Object.hasOwn(own, name)) yield { from, kind: 'Fn::Sub', to: logicalIdOf(name) };
  }
}
