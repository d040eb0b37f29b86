import { findUnknown } from '../pipeline/known.ts';
import { QueryError } from './problem.ts';

/** The fields of a request's JSON body, not looked at yet. */
export type Body = Readonly<Record<string, unknown>>;

// Far above what a silence or an acknowledgement takes.
export const MOST_BODY_BYTES = 16_384;
// Texts stand in items that are read whenever a group of alerts is dealt with.
const MOST_TEXT = 1_000;

/** The JSON object that a request's body is. @throws {QueryError} if it is something else, or too long */
export function readBody(text: string): Body {
  if (Buffer.byteLength(text) > MOST_BODY_BYTES)
    throw new QueryError(413, `the body is longer than ${MOST_BODY_BYTES} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new QueryError(400, `the body is ${text === '' ? 'empty' : 'not JSON'}; send a JSON object`);
  }
  return asObject('the body', value);
}

/** @throws {QueryError} if a value is not a JSON object @param what names it */
export function asObject(what: string, value: unknown): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new QueryError(400, `${what} is not a JSON object`);
  return value as Body;
}

/** Refuses fields that mean nothing here: a misspelt one must not be passed over. @throws {QueryError} */
export function checkFields(what: string, body: object, known: readonly string[]): void {
  const unknown = findUnknown(body, known);
  if (unknown !== undefined)
    throw new QueryError(400, `${what} has an unknown field '${unknown.field}'; ${unknown.remedy}`);
}

/** The text of a field, without white space around it; empty if it is not given. @throws {QueryError} if it is no text */
export function readText(body: Body, field: string): string {
  const value = body[field] ?? '';
  if (typeof value !== 'string') throw new QueryError(400, `the field '${field}' is not a text`);
  const text = value.trim();
  if (text.length > MOST_TEXT)
    throw new QueryError(400, `the field '${field}' is longer than ${MOST_TEXT} characters`);
  return text;
}

/**
 * Who makes a request: the body's `author`, or else who signed it.
 *
 * @param caller the ARN that the request was signed by, if it was
 * @throws {QueryError} if nobody is known
 */
export function readAuthor(body: Body, caller: string | undefined): string {
  const author = readText(body, 'author');
  if (author !== '') return author;
  if (caller !== undefined) return caller;
  throw new QueryError(400, "the field 'author' is missing; say who asks, as the request is not signed");
}
