import { TemplateError } from './errors.ts';
import type { Template, TemplateResource } from './template.ts';
import { isRecord } from './template.ts';

/**
 * The logical ids of a template in an order in which each comes after all that it refers to or depends on.
 * @throws {TemplateError} when resources refer to each other in a circle
 */
export function creationOrder(template: Template): readonly string[] {
  const ordered = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    const resource = template.Resources[logicalId];
    if (!resource || ordered.has(logicalId)) return;
    if (path.includes(logicalId)) {
      throw new TemplateError(
        `Resources refer to each other in a circle: ${[...path, logicalId].join(' -> ')}`,
      );
    }
    for (const needed of needs(resource)) visit(needed, [...path, logicalId]);
    ordered.add(logicalId);
  };
  for (const logicalId of Object.keys(template.Resources)) visit(logicalId, []);
  return [...ordered];
}

function needs(resource: TemplateResource): Set<string> {
  const names = new Set([resource.DependsOn ?? []].flat());
  collect(resource.Properties, names);
  return names;
}

function collect(value: unknown, names: Set<string>): void {
  if (Array.isArray(value)) {
    for (const member of value) collect(member, names);
    return;
  }
  if (!isRecord(value)) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === 'Ref' && typeof member === 'string') names.add(member);
    else if (key === 'Fn::GetAtt') names.add(firstPart(member));
    else if (key === 'Fn::Sub') for (const name of subNames(member)) names.add(name);
    collect(member, names);
  }
}

function firstPart(argument: unknown): string {
  const first: unknown = Array.isArray(argument) ? argument[0] : argument;
  return String(first).split('.')[0] ?? '';
}

function subNames(argument: unknown): string[] {
  const template: unknown = Array.isArray(argument) ? argument[0] : argument;
  return [...String(template).matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => firstPart(name?.trim()));
}
