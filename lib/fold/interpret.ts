import type { Aggregate, NamedMeasure, Pipeline, Source } from '../pipeline/pipeline.ts';
import { createFindSource, unknownType } from '../pipeline/find-source.ts';
import type { Rejection } from '../quarantine/rejection.ts';
import { isoTime, readEventTime } from '../time/event-time.ts';
import { keyPart } from './key.ts';

/**
 * Everything the fold needs of one event. The arrays belong to the interpreter and are overwritten by its next call:
 * one event in, one event folded, nothing allocated in between.
 */
export interface Interpreted {
  /** Event time in ms. */
  time: number;
  /** Key text by aggregate; `undefined` for one that the event is not of. */
  readonly keys: (string | undefined)[];
  /** Inputs of all measures of all aggregates, one after another; `null` and `undefined` are skipped. */
  readonly inputs: unknown[];
}

/** An event's content, or why it can never be folded in; `'ignored'` if the pipeline passes over what it has no source for. */
export type Interpretation = Interpreted | Rejection | 'ignored';

/**
 * Reads an event.
 *
 * @param arrival in ms
 * @param stream name of the stream that it came in, if it is known
 */
export type Interpreter = (value: unknown, arrival: number | undefined, stream?: string) => Interpretation;

// A sort key takes 1,024 bytes, and a timer's holds a time and an alert's name of up to 64 beside the key:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const MOST_KEY_BYTES = 900;

/** An interpreter for a pipeline. It finds the source that an event is of, and reads it as that. */
export function createInterpreter(pipeline: Pipeline): Interpreter {
  const interpreters = pipeline.sources.map((source) => interpreterOf(pipeline, source));
  const [only] = interpreters;
  if (only !== undefined && pipeline.sources.length === 1 && pipeline.sources[0]?.when === undefined)
    return only;
  const find = createFindSource(pipeline.sources);
  return (value, arrival, stream) => {
    const source = find(value, stream);
    if (source === undefined)
      return pipeline.unmatched === 'ignore' ? 'ignored' : unknownType(pipeline.sources, stream);
    const interpret = interpreters[source.index];
    if (interpret === undefined) throw new Error('a source of the pipeline is not at its index');
    return interpret(value, arrival);
  };
}

/**
 * An interpreter for one source. Keys and inputs of *all* its aggregates are read before any is folded, so that a
 * record is folded as a whole or quarantined as a whole.
 */
function interpreterOf({ aggregates: all, maxAhead }: Pipeline, source: Source): Interpreter {
  const { schema, eventTime } = source;
  const validate = schema['~standard'].validate;
  const aggregates = all.filter((aggregate) => aggregate.source?.index === source.index);
  // All measures in one row: the inner loop of every event.
  const row = all.flatMap((aggregate) => aggregate.measures.map((named) => ({ aggregate, named })));
  const own = row.flatMap(({ aggregate, named }, place) =>
    aggregate.source?.index === source.index
      ? [{ place, name: nameOf(aggregate, named), measure: named.measure }]
      : [],
  );
  const measures = own.map(({ measure }) => measure);
  const names = own.map(({ name }) => name);
  const places = own.map(({ place }) => place);
  const scratch: Interpreted = { time: 0, keys: all.map(() => undefined), inputs: row.map(() => undefined) };

  function readKey(index: number, event: unknown): Rejection | undefined {
    const aggregate = aggregates[index];
    if (aggregate === undefined) return undefined;
    const { keyFunctions } = aggregate;
    let text = '';
    for (let i = 0; i < keyFunctions.length; i++) {
      const value = keyFunctions[i]?.(event);
      const part = keyPart(value);
      if (part === undefined) return badKey(aggregate.name, aggregate.dimensions[i] ?? '', value);
      text = i === 0 ? part : `${text}|${part}`;
    }
    // A UTF-16 code unit takes at most 3 bytes of UTF-8: only long keys need to be measured.
    if (text.length * 3 > MOST_KEY_BYTES && Buffer.byteLength(text) > MOST_KEY_BYTES) {
      return {
        reason: 'key-too-long',
        detail: `the key of ${aggregate.name} takes ${Buffer.byteLength(text)} bytes, over the limit of ${MOST_KEY_BYTES} that DynamoDB's sort keys leave; shorten its dimensions`,
      };
    }
    scratch.keys[aggregate.index] = text;
    return undefined;
  }

  function readInputs(event: unknown, time: number): Rejection | undefined {
    const { inputs } = scratch;
    for (let i = 0; i < measures.length; i++) {
      const measure = measures[i];
      const input = measure?.input(event, time);
      const refused = input === null || input === undefined ? undefined : measure?.refuse(input);
      if (refused !== undefined) return { reason: 'bad-value', detail: `${names[i]} ${refused}` };
      inputs[places[i] ?? 0] = input;
    }
    return undefined;
  }

  function read(value: unknown, arrival: number | undefined): Interpreted | Rejection {
    const result = validate(value);
    if (result instanceof Promise) {
      // Nobody waits for it, and a rejection that nobody catches ends the process.
      result.catch(() => undefined);
      return {
        reason: 'author-error',
        // zod turns to asynchronous validation when a refinement or transform throws.
        detail:
          'the event schema validates asynchronously, or threw; use synchronous refinements that do not throw',
      };
    }
    if (result.issues) return { reason: 'wrong-schema', detail: describeIssues(result.issues) };
    const event = result.value;
    const time = readEventTime(eventTime(event));
    if (typeof time !== 'number') return { reason: 'bad-time', detail: `event time ${time.refused}` };
    if (arrival !== undefined && time > arrival + maxAhead) {
      return {
        reason: 'too-far-ahead',
        detail: `event time ${isoTime(time)} is ${Math.round((time - arrival) / 1000)} s after the record's arrival at ${isoTime(arrival)}, more than maxAhead; mend the producer's clock or zone`,
      };
    }
    scratch.time = time;
    for (let i = 0; i < aggregates.length; i++) {
      const refused = readKey(i, event);
      if (refused !== undefined) return refused;
    }
    return readInputs(event, time) ?? scratch;
  }

  return (value, arrival) => {
    try {
      return read(value, arrival);
    } catch (error) {
      // Only the author's own functions can throw here; the record waits in quarantine until they are mended.
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return { reason: 'author-error', detail: `a function of the pipeline threw ${message}` };
    }
  };
}

/** Tells a rejection from an interpreted event. */
export function isRejection(outcome: Interpretation): outcome is Rejection {
  return typeof outcome === 'object' && 'reason' in outcome;
}

// A session's one measure names the author's that it is about.
function nameOf({ name, session }: Aggregate, measure: NamedMeasure): string {
  return session === undefined ? `${name}.${measure.name}` : name;
}

function badKey(aggregate: string, dimension: string, value: unknown): Rejection {
  const shown =
    typeof value === 'string'
      ? 'text with half a surrogate pair'
      : value === null
        ? 'null'
        : typeof value === 'number'
          ? String(value)
          : typeof value;
  return {
    reason: 'bad-key',
    detail: `dimension ${dimension} of ${aggregate} is ${shown}; give text, a finite number or a boolean`,
  };
}

function describeIssues(issues: readonly { readonly message: string; readonly path?: unknown }[]): string {
  const shown = issues.slice(0, 3).map((issue) => {
    const path = Array.isArray(issue.path) ? issue.path.map((part) => pathText(part)).join('.') : '';
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  const more = issues.length > shown.length ? ` (and ${issues.length - shown.length} more)` : '';
  return shown.join('; ') + more;
}

function pathText(part: unknown): string {
  if (typeof part === 'object' && part !== null && 'key' in part) return String(part.key);
  return String(part);
}
