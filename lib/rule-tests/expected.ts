import type { AlertStatus } from '../alerts/state.ts';
import type { NoticeKind } from '../dispatch/notice.ts';
import type { Severity } from '../pipeline/alert-definition.ts';
import { SEVERITIES } from '../pipeline/build-life-cycle.ts';
import { checkKnown, checkObject } from '../pipeline/check.ts';
import { alertNamed, type Alert, type Pipeline } from '../pipeline/pipeline.ts';
import { CaseError, checkList } from './errors.ts';
import type { Moments } from './moment.ts';

/** What a transition is called in a case: one that comes to a greater severity has escalated. */
export type TransitionWord = AlertStatus | 'escalated';

interface Expected<Word> {
  /** ISO 8601 with a zone, or how long after the case's start. */
  readonly at: string;
  readonly alert: string;
  /** Values of dimensions by name; of a notice, of those that the rule groups by. */
  readonly key?: Readonly<Record<string, string>>;
  readonly is: Word;
  /** Any, unless given. */
  readonly severity?: Severity;
}

/** A transition that has to come. */
export type ExpectedTransition = Expected<TransitionWord>;

/** A notice that has to be given. */
export type ExpectedNotice = Expected<NoticeKind>;

/** One line of what comes, or is to come, of a case. */
export interface Outcome {
  /** In ms of event time. */
  readonly at: number;
  readonly alert: string;
  readonly key: Readonly<Record<string, string>>;
  readonly is: string;
  /** `undefined` for any. */
  readonly severity: Severity | undefined;
  /** What else there is to know of one that came. */
  readonly note?: string;
}

/** What may be expected: transitions, or notices. */
export interface Kind {
  readonly name: 'transitions' | 'notices';
  readonly words: readonly string[];
  readonly dimensions: (alert: Alert) => readonly string[];
}

export const TRANSITIONS: Kind = {
  name: 'transitions',
  words: Object.keys({
    pending: true,
    ok: true,
    firing: true,
    escalated: true,
    recovering: true,
    resolved: true,
  } satisfies Record<TransitionWord, true>),
  dimensions: ({ aggregate }) => aggregate.dimensions,
};

export const NOTICES: Kind = {
  name: 'notices',
  words: Object.keys({
    firing: true,
    escalated: true,
    renotified: true,
    updated: true,
    resolved: true,
    flapping: true,
  } satisfies Record<NoticeKind, true>),
  dimensions: ({ telling }) => telling.groupBy,
};

const FIELDS = ['at', 'alert', 'key', 'is', 'severity'];
// A value with spaces stands in quotes, as in JSON.
const WORD = /(?:[^\s"=]+=)?"(?:[^"\\]|\\.)*"|\S+/g;

/** What is expected, checked. @throws {CaseError | PipelineError} naming what cannot come at all */
export function readExpected(
  kind: Kind,
  given: readonly (string | Expected<string>)[],
  pipeline: Pipeline,
  moments: Moments,
): Outcome[] {
  checkList(`expect.${kind.name}`, given, 'write a list of lines; [] says that there are none');
  return given.map((one, i) => {
    const field = `expect.${kind.name}[${i}]`;
    const expected = typeof one === 'string' ? parseLine(field, one, kind) : checkFields(field, one);
    return check(field, expected, kind, pipeline, moments);
  });
}

function parseLine(field: string, line: string, { words: known }: Kind): Expected<string> {
  const all: readonly string[] = line.match(WORD) ?? [];
  // What a failed case shows in brackets after a line that came may be copied along.
  const note = all.findIndex((word) => word.startsWith('('));
  const [at, alert, ...rest] = note < 0 ? all : all.slice(0, note);
  const key: Record<string, string> = {};
  const words = rest.filter((word) => {
    const sign = word.indexOf('=');
    if (sign <= 0) return true;
    key[word.slice(0, sign)] = unquoted(field, word.slice(sign + 1));
    return false;
  });
  const [is, severity, ...more] = words;
  if (at === undefined || alert === undefined || is === undefined || more.length > 0) {
    throw new CaseError(
      field,
      `is '${line}', which is not TIME ALERT DIMENSION=VALUE… ${known.includes('renotified') ? 'KIND' : 'STATUS'} SEVERITY`,
      `write '+15m congested origin=ORD firing warning', or an object with ${FIELDS.join(', ')}`,
    );
  }
  return { at, alert, key, is, ...(severity === undefined ? {} : { severity: severity as Severity }) };
}

function unquoted(field: string, text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text) as string;
  } catch (cause) {
    throw new CaseError(field, `has ${text}, which is not quoted as in JSON`, 'write "New York"', { cause });
  }
}

// Typed, but a case may be written in JavaScript.
function checkFields(field: string, given: Expected<string>): Expected<string> {
  checkObject(field, given, 'write a line of text, or an object');
  checkKnown(field, given, FIELDS);
  return given;
}

function check(
  field: string,
  { at, alert: name, key = {}, is, severity }: Expected<string>,
  kind: Kind,
  pipeline: Pipeline,
  moments: Moments,
): Outcome {
  const alert = findAlert(field, name, pipeline);
  if (!kind.words.includes(is))
    throw new CaseError(
      field,
      `has '${is}', which none of the ${kind.name} is`,
      `take one of ${kind.words.join(', ')}`,
    );
  if (severity !== undefined && !SEVERITIES.includes(severity))
    throw new CaseError(
      field,
      `has an unknown severity '${severity}'`,
      `take one of ${SEVERITIES.join(', ')}`,
    );
  const dimensions = kind.dimensions(alert);
  const named = Object.keys(key);
  if (named.length !== dimensions.length || !dimensions.every((dimension) => named.includes(dimension))) {
    throw new CaseError(
      field,
      `names ${named.join(', ') || 'no dimension'}, but ${kind.name} of ${name} are by ${dimensions.join(', ') || 'none'}`,
      dimensions.length === 0
        ? 'leave it out'
        : `write ${dimensions.map((dimension) => `${dimension}=…`).join(' ')}`,
    );
  }
  return {
    at: moments.read(field, at),
    alert: name,
    key: Object.fromEntries(dimensions.map((dimension) => [dimension, key[dimension] ?? ''])),
    is,
    severity,
  };
}

/** The alert of a name that stands in a case. @throws {CaseError} if there is none */
export function findAlert(field: string, name: string, pipeline: Pipeline): Alert {
  const alert = alertNamed(pipeline, name);
  if (alert !== undefined) return alert;
  const known = pipeline.alerts.map((one) => one.name).join(', ');
  throw new CaseError(
    field,
    `names '${name}', which is no alert of the pipeline`,
    `take one of ${known || 'those that you define first'}`,
  );
}

/** An outcome as an author would write it. */
export function outcomeLine({ at, alert, key, is, severity }: Outcome, moments: Moments): string {
  const dimensions = Object.entries(key).map(([name, value]) => `${name}=${quoted(value)}`);
  return [moments.show(at), alert, ...dimensions, is, ...(severity === undefined ? [] : [severity])].join(
    ' ',
  );
}

function quoted(value: string): string {
  return /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
}
