import { invalidArgument, validationError } from './errors.ts';

/** The parameters of a request: parsed JSON. */
export type Input = Readonly<Record<string, unknown>>;

/** @throws {ApiError} ValidationException when it is there and no string */
export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw validationError(`${name} is ${JSON.stringify(value)}: it must be a string`);
}

/** @throws {ApiError} ValidationException when it is missing, empty or no string */
export function text(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value) return value;
  throw validationError(`${name} is missing: it is required`);
}

/** @throws {ApiError} ValidationException when it is there and no number between the limits */
export function optionalNumber(
  input: Input,
  name: string,
  limits: { readonly least: number; readonly most: number },
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= limits.least && value <= limits.most) return value;
  throw validationError(
    `${name} is ${JSON.stringify(value)}: it must be a number from ${limits.least} to ${limits.most}`,
  );
}

/** @throws {ApiError} ValidationException when it is missing or no whole number between the limits */
export function integer(
  input: Input,
  name: string,
  limits: { readonly least: number; readonly most: number },
): number {
  const value = optionalNumber(input, name, limits);
  if (value !== undefined && Number.isInteger(value)) return value;
  throw validationError(`${name} is ${String(value)}: it must be a whole number`);
}

/** @throws {ApiError} ValidationException when it is there and no object */
export function optionalObject(input: Input, name: string): Input | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (isInput(value)) return value;
  throw validationError(`${name} is ${JSON.stringify(value)}: it must be an object`);
}

/** @throws {ApiError} ValidationException when it is there and no object of strings */
export function optionalTags(input: Input, name: string): Readonly<Record<string, string>> | undefined {
  const tags = optionalObject(input, name);
  return tags && Object.fromEntries(Object.keys(tags).map((key) => [key, optionalText(tags, key) ?? '']));
}

/** @throws {ApiError} ValidationException when it is missing or no list of strings */
export function texts(input: Input, name: string): readonly string[] {
  const value: unknown = input[name];
  if (Array.isArray(value) && value.every((member) => typeof member === 'string')) return value;
  throw validationError(`${name} is ${JSON.stringify(value)}: it must be a list of strings`);
}

export function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The name of the stream that a request is about, which may be given as its name, its ARN or both.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html
 * @throws {ApiError} InvalidArgumentException when the ARN is none of a stream, or of another one than is named;
 *   ValidationException when a parameter is no string
 */
export function streamNameOf(input: Input): string | undefined {
  const name = optionalText(input, 'StreamName');
  const arn = optionalText(input, 'StreamARN');
  if (arn === undefined) return name;
  const named = streamNameIn(arn, 'StreamARN');
  if (name !== undefined && name !== named) {
    throw invalidArgument(`StreamName is ${name} and StreamARN is ${arn}: they must name the same stream`);
  }
  return named;
}

/**
 * @throws {ApiError} InvalidArgumentException when the text is no ARN of a stream
 * @example streamNameIn('arn:aws:kinesis:us-east-1:000000000000:stream/events', 'StreamARN') // 'events'
 */
export function streamNameIn(arn: string, parameter: string): string {
  const name = /^arn:aws[^:]*:kinesis:[^:]*:\d{12}:stream\/([a-zA-Z0-9_.-]+)$/.exec(arn)?.[1];
  if (name !== undefined) return name;
  throw invalidArgument(
    `${parameter} is ${arn}: it must be the ARN of a stream, arn:aws:kinesis:REGION:ACCOUNT:stream/NAME`,
  );
}
