import type { LifeCycleDefinition, Severity } from './alert-definition.ts';
import { checkKnown, checkNames, checkObject, checkText, checkTexts, readDuration } from './check.ts';
import { PipelineError } from './errors.ts';
import type { Aggregate, Alert, Telling } from './pipeline.ts';

/** Names of what every rule may say. */
export const LIFE_CYCLE_FIELDS = Object.keys({
  for: true,
  keepFiringFor: true,
  severity: true,
  summary: true,
  runbook: true,
  labels: true,
  renotify: true,
  groupBy: true,
  groupWait: true,
  groupInterval: true,
  maxPerHour: true,
  flapping: true,
  inhibitedBy: true,
} satisfies Record<keyof LifeCycleDefinition, true>);

export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];
const GROUP_WAIT = '30s';
// A group keeps when its last messages were given, and what is more than this holds nothing back.
const MOST_PER_HOUR = 1_000;
// Labels that every alert has.
const OWN_LABELS = ['alert', 'severity'];

/** Checks what every rule may say, and makes it what the machinery uses. @throws {PipelineError} */
export function buildLifeCycle(
  field: string,
  definition: LifeCycleDefinition,
  aggregate: Aggregate,
): Pick<Alert, 'pendingFor' | 'keepFiringFor' | 'summary' | 'runbook' | 'labels' | 'telling'> {
  const { runbook, summary } = definition;
  checkText(`${field}.summary`, 'summary', summary);
  if (runbook !== undefined && !/^https?:\/\/\S+$/.test(runbook)) {
    throw new PipelineError(`${field}.runbook`, 'is no address', "write runbook: 'https://…'");
  }
  return {
    pendingFor: readDuration(`${field}.for`, definition.for ?? '0s', { zero: true }),
    keepFiringFor: readDuration(`${field}.keepFiringFor`, definition.keepFiringFor ?? '0s', { zero: true }),
    summary,
    runbook,
    labels: readLabels(`${field}.labels`, definition.labels ?? {}, aggregate),
    telling: readTelling(field, definition, aggregate),
  };
}

function readLabels(
  field: string,
  labels: Readonly<Record<string, string>>,
  { dimensions }: Aggregate,
): Readonly<Record<string, string>> {
  checkObject(field, labels, "write labels: { team: 'web' }");
  checkNames(field, Object.keys(labels));
  for (const [name, value] of Object.entries<unknown>(labels)) {
    if (OWN_LABELS.includes(name) || dimensions.includes(name)) {
      throw new PipelineError(
        `${field}.${name}`,
        'is a label that every such alert has already',
        'rename it',
      );
    }
    checkText(`${field}.${name}`, name, value);
  }
  return labels;
}

function readTelling(field: string, definition: LifeCycleDefinition, aggregate: Aggregate): Telling {
  const { dimensions } = aggregate;
  const { groupBy, inhibitedBy = [], maxPerHour, renotify, flapping } = definition;
  if (groupBy !== undefined) checkTexts(`${field}.groupBy`, groupBy, "write groupBy: ['region']");
  checkTexts(`${field}.inhibitedBy`, inhibitedBy, "write inhibitedBy: ['down']");
  const stranger = groupBy?.find((dimension) => !dimensions.includes(dimension));
  if (stranger !== undefined) {
    throw new PipelineError(
      `${field}.groupBy`,
      `names ${stranger}, which is no dimension of ${aggregate.name}`,
      dimensions.length === 0 ? 'leave it out' : `take some of ${dimensions.join(', ')}`,
    );
  }
  if (maxPerHour !== undefined && !(isCount(maxPerHour) && maxPerHour <= MOST_PER_HOUR)) {
    throw new PipelineError(
      `${field}.maxPerHour`,
      'is no number of messages',
      `take a whole number from 1 to ${MOST_PER_HOUR}`,
    );
  }
  const waits = groupBy !== undefined || inhibitedBy.length > 0;
  const groupWait = readDuration(`${field}.groupWait`, definition.groupWait ?? (waits ? GROUP_WAIT : '0s'), {
    zero: true,
  });
  return {
    renotify: renotify === undefined ? Infinity : readDuration(`${field}.renotify`, renotify),
    groupBy: dimensions.filter((dimension) => groupBy?.includes(dimension) ?? true),
    groupWait,
    groupInterval:
      definition.groupInterval === undefined
        ? groupWait
        : readDuration(`${field}.groupInterval`, definition.groupInterval, { zero: true }),
    maxPerHour: maxPerHour ?? Infinity,
    flapping: flapping && readFlapping(`${field}.flapping`, flapping),
    inhibitedBy,
  };
}

function readFlapping(
  field: string,
  flapping: NonNullable<LifeCycleDefinition['flapping']>,
): Telling['flapping'] {
  const remedy = "write flapping: { turns: 6, within: '1h' }";
  checkObject(field, flapping, remedy);
  checkKnown(field, flapping, ['turns', 'within']);
  if (!isCount(flapping.turns) || flapping.turns < 2) {
    throw new PipelineError(`${field}.turns`, 'is no number of turns from 2', remedy);
  }
  return { turns: flapping.turns, within: readDuration(`${field}.within`, flapping.within) };
}

/** Whether a value is a whole number from 1. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
