import { longestSlide, longestWindow, type WindowShape } from '../time/window.ts';
import { checkDistinct, checkFunction, checkKnown, checkNames, checkObject } from './check.ts';
import { checkOver } from './check-over.ts';
import type { AlertDefinition, Judging, Severity } from './definition.ts';
import { PipelineError } from './errors.ts';
import { isTotal, windowFinalAfter, type Aggregate, type Alert, type WindowResults } from './pipeline.ts';

/** An alert's definition without the types of what it judges. */
export type ErasedAlert = AlertDefinition<string, WindowResults>;

const ALERT_FIELDS = Object.keys({
  on: true,
  over: true,
  when: true,
  clear: true,
  judge: true,
  severity: true,
  summary: true,
} satisfies Record<keyof ErasedAlert, true>);
const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];
const JUDGINGS: readonly Judging[] = ['early', 'onTime', 'final'];

/** Checks the alert rules and makes them what the machinery uses. @throws {PipelineError} */
export function buildAlerts(
  definitions: Readonly<Record<string, ErasedAlert>>,
  aggregates: readonly Aggregate[],
): Alert[] {
  const names = Object.keys(definitions);
  checkNames('alerts', names);
  checkDistinct(
    'alerts',
    names,
    aggregates.map((aggregate) => aggregate.name),
    'an aggregate',
  );
  return Object.entries(definitions).map(([name, definition]) => buildAlert(name, definition, aggregates));
}

function buildAlert(name: string, definition: ErasedAlert, aggregates: readonly Aggregate[]): Alert {
  const field = `alerts.${name}`;
  checkObject(field, definition, "write { on, over, when }, where 'on' names an aggregate");
  checkKnown(field, definition, ALERT_FIELDS);
  const aggregate = aggregates.find((candidate) => candidate.name === definition.on);
  if (aggregate === undefined) {
    const known = aggregates.map((candidate) => candidate.name).join(', ');
    throw new PipelineError(
      `${field}.on`,
      `names an unknown aggregate '${definition.on}'`,
      `take one of ${known}`,
    );
  }
  if (isTotal(aggregate)) {
    throw new PipelineError(
      `${field}.on`,
      `names ${aggregate.name}, a running total, which has no windows to be judged`,
      "take an aggregate with panes, such as a second one with pane: '1h'",
    );
  }
  checkFunction(`${field}.when`, definition.when, 'write when: (window) => window.n > 100');
  if (definition.clear !== undefined) {
    checkFunction(`${field}.clear`, definition.clear, 'write clear: (window) => window.n < 50');
  }
  checkOver(`${field}.over`, definition.over, aggregate);
  const judge = oneOf(`${field}.judge`, 'way to judge', definition.judge ?? 'onTime', JUDGINGS);
  if (judge === 'early' && aggregate.session !== undefined) {
    throw new PipelineError(
      `${field}.judge`,
      'is early, but a session is judged when it ends: only then is it known which it is',
      'leave it out, or take final',
    );
  }
  return {
    name,
    aggregate,
    window: definition.over,
    ...lengthsOf(definition.over, aggregate),
    delay: judge === 'final' ? windowFinalAfter(aggregate) : aggregate.delay,
    judge,
    when: definition.when,
    clear: definition.clear,
    severity: oneOf(`${field}.severity`, 'severity', definition.severity ?? 'warning', SEVERITIES),
    summary: definition.summary,
  };
}

function lengthsOf(window: WindowShape, { session }: Aggregate): Pick<Alert, 'size' | 'slide'> {
  if (session === undefined) return { size: longestWindow(window), slide: longestSlide(window) };
  const longest = session.max + session.gap;
  return { size: longest, slide: longest };
}

function oneOf<Value extends string>(
  field: string,
  what: string,
  value: Value,
  known: readonly Value[],
): Value {
  if (known.includes(value)) return value;
  throw new PipelineError(field, `is not a ${what}`, `take one of ${known.join(', ')}`);
}
