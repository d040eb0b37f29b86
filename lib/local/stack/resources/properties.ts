import { TemplateError } from '../errors.ts';
import { isRecord } from '../template.ts';

/** Where a property stands, and the properties it stands among. */
export interface Properties {
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** @throws {TemplateError} when the property is there and is no string or number */
export function optionalString({ logicalId, properties }: Properties, name: string): string | undefined {
  const value = properties[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new TemplateError(`${logicalId}.${name} is ${JSON.stringify(value)}: it must be a string`);
}

/** @throws {TemplateError} when the property is missing or no string */
export function requiredString(from: Properties, name: string): string {
  const value = optionalString(from, name);
  if (value === undefined) throw new TemplateError(`${from.logicalId}.${name} is missing: it is required`);
  return value;
}

/**
 * A number, which CloudFormation also takes as text.
 * @throws {TemplateError} when the property is there and is no number
 */
export function optionalNumber({ logicalId, properties }: Properties, name: string): number | undefined {
  const value = properties[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && !Number.isNaN(number)) return number;
  throw new TemplateError(`${logicalId}.${name} is ${JSON.stringify(value)}: it must be a number`);
}

/**
 * A boolean, which CloudFormation also takes as text.
 * @throws {TemplateError} when the property is there and is no boolean
 */
export function optionalBoolean({ logicalId, properties }: Properties, name: string): boolean | undefined {
  const value = properties[name];
  if (value === undefined) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new TemplateError(`${logicalId}.${name} is ${JSON.stringify(value)}: it must be true or false`);
}

/** @throws {TemplateError} when the property is there and is no object */
export function optionalObject({ logicalId, properties }: Properties, name: string): Properties | undefined {
  const value = properties[name];
  if (value === undefined) return undefined;
  if (isRecord(value)) return { logicalId: `${logicalId}.${name}`, properties: value };
  throw new TemplateError(`${logicalId}.${name} is ${JSON.stringify(value)}: it must be an object`);
}

/**
 * The objects of a list; an absent list is an empty one.
 * @throws {TemplateError} when the property is there and is no list of objects
 */
export function objectList({ logicalId, properties }: Properties, name: string): Properties[] {
  const value = properties[name] ?? [];
  if (!Array.isArray(value))
    throw new TemplateError(`${logicalId}.${name} is ${JSON.stringify(value)}: it must be a list`);
  return value.map((member: unknown, index) => {
    const place = `${logicalId}.${name}[${index}]`;
    if (!isRecord(member))
      throw new TemplateError(`${place} is ${JSON.stringify(member)}: it must be an object`);
    return { logicalId: place, properties: member };
  });
}
