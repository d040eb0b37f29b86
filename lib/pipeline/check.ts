import { DurationError, formatDuration, parseDuration, type Duration } from '../time/duration.ts';
import type { WindowShape } from '../time/window.ts';
import { offsetsOf } from '../time/zone.ts';
import { PipelineError } from './errors.ts';
import { findUnknown } from './known.ts';

// Names stand in partition keys, metric dimensions and URLs; '|' and '#' are taken there.
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
// Judging a window reads all its panes, and a DynamoDB query gives 1 MB a page: some 4,000 panes.
const MOST_PANES = 10_000;

/** @throws {PipelineError} if a name cannot stand in keys, metrics and URLs, or stands there already in another case */
export function checkNames(field: string, names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    if (!NAME.test(name)) {
      throw new PipelineError(
        `${field}.${name}`,
        'is not a usable name',
        'begin with a letter and use up to 64 letters, digits, _ and -',
      );
    }
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) {
      throw new PipelineError(`${field}.${name}`, `is a duplicate name of ${twin}`, 'rename one of the two');
    }
    seen.set(name.toLowerCase(), name);
  }
}

/** @throws {PipelineError} if a name of `field` is taken by one of `others` */
export function checkDistinct(
  field: string,
  names: readonly string[],
  others: readonly string[],
  what: string,
): void {
  const taken = new Set(others.map((name) => name.toLowerCase()));
  const twin = names.find((name) => taken.has(name.toLowerCase()));
  if (twin !== undefined)
    throw new PipelineError(
      `${field}.${twin}`,
      `is a duplicate name: ${what} has it too`,
      'rename one of the two',
    );
}

/** Milliseconds of a duration in the definition. @throws {PipelineError} naming the field */
export function readDuration(
  field: string,
  text: Duration,
  options: { readonly zero?: boolean } = {},
): number {
  try {
    return parseDuration(text, options);
  } catch (error) {
    if (error instanceof DurationError) throw new PipelineError(field, 'is no duration', error.message);
    throw error;
  }
}

/** @throws {PipelineError} if a window cannot be laid on panes of that length, or outlives them */
export function checkWindow(
  field: string,
  window: Partial<WindowShape> | undefined,
  pane: number,
  retain: number,
): void {
  // Typed, but a definition may be written in JavaScript: a slide of zero would be judged for ever.
  const { size, slide } = window ?? {};
  if (!isLength(size) || !isLength(slide)) {
    throw new PipelineError(field, 'is not a window', "write tumbling('1h') or sliding('1h', '5m')");
  }
  const [sizeText, slideText, paneText] = [formatDuration(size), formatDuration(slide), formatDuration(pane)];
  if (size % pane !== 0) {
    const [below, above] = [Math.floor(size / pane) * pane, Math.ceil(size / pane) * pane];
    const near = below > 0 ? `${formatDuration(below)} or ${formatDuration(above)}` : formatDuration(above);
    throw new PipelineError(
      field,
      `has a size of ${sizeText}, which is not a multiple of the pane of ${paneText}`,
      `take ${near}, or a pane that divides it`,
    );
  }
  if (slide % pane !== 0) {
    throw new PipelineError(
      field,
      `slides by ${slideText}, which is not a multiple of the pane of ${paneText}`,
      `slide by ${formatDuration(Math.ceil(slide / pane) * pane)}, or take a pane that divides it`,
    );
  }
  if (slide > size) {
    throw new PipelineError(
      field,
      `slides by ${slideText}, more than its size of ${sizeText}, so that events between windows are never judged`,
      `slide by at most ${sizeText}`,
    );
  }
  if (size / pane > MOST_PANES) {
    throw new PipelineError(
      field,
      `takes ${size / pane} panes for one window, more than ${MOST_PANES}`,
      'take a longer pane or a shorter window',
    );
  }
  checkPlace(field, window as WindowShape, pane);
  if (retain < size) {
    throw new PipelineError(
      field,
      `is ${sizeText} long, but the aggregate's panes are kept for ${formatDuration(retain)} only`,
      `retain them for at least ${sizeText}`,
    );
  }
}

function checkPlace(field: string, { offset = 0, zone }: WindowShape, pane: number): void {
  if (offset % pane !== 0) {
    throw new PipelineError(
      field,
      `is moved by ${formatDuration(offset)}, which is not a multiple of the pane of ${formatDuration(pane)}`,
      'take a pane that divides it',
    );
  }
  const between = zone === undefined ? undefined : offsetsOf(zone).find((ms) => ms % pane !== 0);
  if (zone === undefined || between === undefined) return;
  throw new PipelineError(
    field,
    `has days of ${zone}, which is ${formatDuration(Math.abs(between))} from UTC: they do not begin with a pane of ${formatDuration(pane)}`,
    'take a shorter pane that divides it',
  );
}

function isLength(ms: unknown): ms is number {
  return Number.isSafeInteger(ms) && (ms as number) > 0;
}

/** @throws {PipelineError} if a value that a definition in JavaScript may lack is no object */
export function checkObject(field: string, value: unknown, remedy: string): void {
  if (value === undefined || value === null) throw new PipelineError(field, 'is missing', remedy);
  if (typeof value !== 'object') throw new PipelineError(field, 'is not an object', remedy);
}

/** @param name of the field itself, for the remedy @throws {PipelineError} if a value is given that is no text */
export function checkText(field: string, name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '')) return;
  throw new PipelineError(field, 'is no text', `write ${name}: '…'`);
}

/** @throws {PipelineError} if a value is no list of texts */
export function checkTexts(field: string, value: unknown, remedy: string): void {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return;
  throw new PipelineError(field, 'is no list of texts', remedy);
}

/** @throws {PipelineError} if a value is not a Standard Schema */
export function checkSchema(field: string, schema: unknown): void {
  const standard = (schema as { '~standard'?: { validate?: unknown } } | null | undefined)?.['~standard'];
  if (typeof standard?.validate === 'function') return;
  throw new PipelineError(
    field,
    'is not a Standard Schema',
    'give a zod, valibot or arktype schema as the first argument',
  );
}

/** @throws {PipelineError} if a value is not a function */
export function checkFunction(field: string, value: unknown, remedy: string): void {
  if (typeof value !== 'function') throw new PipelineError(field, 'is not a function', remedy);
}

/** @throws {PipelineError} if a value is not a measure */
export function checkMeasure(field: string, value: unknown): void {
  if (typeof (value as { merge?: unknown } | null | undefined)?.merge === 'function') return;
  throw new PipelineError(
    field,
    'is not a measure',
    'write one such as count() or mean((event) => event.delay)',
  );
}

/** @throws {PipelineError} if an object has a field that nothing reads, such as a misspelt one */
export function checkKnown(field: string, value: object, known: readonly string[]): void {
  const unknown = findUnknown(value, known);
  if (unknown === undefined) return;
  throw new PipelineError([field, unknown.field].filter(Boolean).join('.'), 'is unknown', unknown.remedy);
}

/** @throws {PipelineError} if a value is none of those that are known */
export function oneOf<Value extends string>(
  field: string,
  what: string,
  value: Value,
  known: readonly Value[],
): Value {
  if (known.includes(value)) return value;
  throw new PipelineError(field, `is not a ${what}`, `take one of ${known.join(', ')}`);
}
