import { readFile } from 'node:fs/promises';
import { TemplateError } from './errors.ts';

/** A resource as CloudFormation's JSON has it: its properties may hold intrinsic functions. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
}

/** A compiled CloudFormation template. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
}

/**
 * Reads the template that `serverless package` compiles.
 * @param path - `.serverless/cloudformation-template-update-stack.json`
 * @throws {TemplateError} when the file is missing or holds no template
 */
export async function loadTemplate(path: string): Promise<Template> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new TemplateError(`${path} cannot be read: run \`npx serverless package\` first`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TemplateError(`${path} is not JSON: run \`npx serverless package\` again`, { cause });
  }
  return parseTemplate(value, path);
}

/**
 * Checks that a value has the form of a template.
 * @param source - what to call the template in errors
 * @throws {TemplateError}
 */
export function parseTemplate(value: unknown, source = 'the template'): Template {
  if (!isRecord(value) || !isRecord(value.Resources)) {
    throw new TemplateError(`${source} has no Resources: it is not a CloudFormation template`);
  }
  for (const [logicalId, resource] of Object.entries(value.Resources)) {
    if (!isRecord(resource) || typeof resource.Type !== 'string') {
      throw new TemplateError(`${source}: resource ${logicalId} has no Type`);
    }
  }
  return value as unknown as Template;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
