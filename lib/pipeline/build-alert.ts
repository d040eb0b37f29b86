import { anomaly, isAnomaly } from '../anomaly/condition.ts';
import { formatDuration } from '../time/duration.ts';
import { longestSlide, longestWindow, type WindowShape } from '../time/window.ts';
import type {
  AlertDefinition,
  Condition,
  Judging,
  LifeCycleDefinition,
  Missing,
  Severity,
} from './alert-definition.ts';
import { buildLifeCycle, isCount, LIFE_CYCLE_FIELDS, SEVERITIES } from './build-life-cycle.ts';
import {
  checkFunction,
  checkKnown,
  checkObject,
  checkText,
  checkTexts,
  oneOf,
  readDuration,
} from './check.ts';
import { checkOver } from './check-over.ts';
import { PipelineError } from './errors.ts';
import {
  isTotal,
  lookBackWindows,
  windowFinalAfter,
  type Aggregate,
  type Alert,
  type Level,
  type WindowResults,
} from './pipeline.ts';

type Definition = AlertDefinition<string, WindowResults>;

const WINDOW_FIELDS = Object.keys({
  on: true,
  over: true,
  when: true,
  clear: true,
  atLeast: true,
  missing: true,
  judge: true,
  with: true,
  compare: true,
  value: true,
  threshold: true,
  unit: true,
} satisfies Record<Exclude<keyof Definition, keyof LifeCycleDefinition>, true>);
const ALERT_FIELDS = [...WINDOW_FIELDS, ...LIFE_CYCLE_FIELDS];
const JUDGINGS: readonly Judging[] = ['early', 'onTime', 'final'];
const MISSINGS: readonly Missing[] = ['ok', 'breach', 'keep', 'ignore'];
// What judging a key may look back on, for M of N windows and for an escalation that has to last.
const MOST_WINDOWS = 1_000;

/** Checks a rule over windows and makes it what the machinery uses. @throws {PipelineError} */
export function buildAlert(name: string, definition: Definition, aggregates: readonly Aggregate[]): Alert {
  const field = `alerts.${name}`;
  checkKnown(field, definition, ALERT_FIELDS);
  const aggregate = findAggregate(`${field}.on`, definition.on, aggregates);
  if (isTotal(aggregate)) {
    throw new PipelineError(
      `${field}.on`,
      `names ${aggregate.name}, a running total, which has no windows to be judged`,
      "take an aggregate with panes, such as a second one with pane: '1h'",
    );
  }
  const levels = readLevels(field, definition);
  if (definition.clear !== undefined) {
    checkFunction(`${field}.clear`, definition.clear, 'write clear: (window) => window.n < 50');
  }
  if (definition.value !== undefined) {
    checkFunction(`${field}.value`, definition.value, 'write value: (window) => window.n');
  }
  checkOver(`${field}.over`, definition.over, aggregate);
  const judge = oneOf(`${field}.judge`, 'way to judge', definition.judge ?? 'onTime', JUDGINGS);
  const others = readOthers(field, definition, aggregate, aggregates);
  const alert: Alert = {
    name,
    aggregate,
    window: definition.over,
    ...lengthsOf(definition.over, aggregate),
    delay: Math.max(...[aggregate, ...others].map((one) => delayOf(one, judge))),
    judge,
    levels,
    clear: definition.clear,
    anomaly: isAnomaly(definition.when) ? definition.when : undefined,
    of: [],
    whenParts: () => false,
    atLeast: readAtLeast(`${field}.atLeast`, definition.atLeast),
    missing: oneOf(`${field}.missing`, 'way to take missing data', definition.missing ?? 'ok', MISSINGS),
    others,
    compare: readCompare(`${field}.compare`, definition, aggregate),
    value: definition.value,
    threshold: readThreshold(field, definition, levels),
    unit: definition.unit,
    severity: levels[0]?.severity ?? 'warning',
    ...buildLifeCycle(field, definition, aggregate),
  };
  checkSessions(field, alert);
  checkEarly(field, alert);
  checkLookBack(field, alert);
  return alert;
}

function findAggregate(field: string, name: string, aggregates: readonly Aggregate[]): Aggregate {
  const aggregate = aggregates.find((candidate) => candidate.name === name);
  if (aggregate !== undefined) return aggregate;
  const known = aggregates.map((candidate) => candidate.name).join(', ');
  throw new PipelineError(field, `names an unknown aggregate '${name}'`, `take one of ${known}`);
}

function readLevels(field: string, { when, severity, value }: Definition): Level[] {
  const remedy = 'write when: (window) => window.n > 100';
  const only = (): Severity => oneOf(`${field}.severity`, 'severity', severity ?? 'warning', SEVERITIES);
  if (isAnomaly(when)) {
    if (value !== undefined) return [{ severity: only(), when: () => false }];
    throw new PipelineError(
      `${field}.when`,
      'is anomaly(), but of nothing',
      'add value: (window) => window.delay',
    );
  }
  if ((when as unknown) === anomaly) {
    throw new PipelineError(`${field}.when`, 'is anomaly itself', 'write when: anomaly()');
  }
  if (typeof when === 'function') return [{ severity: only(), when }];
  if (typeof when !== 'object' || (when as unknown) === null) checkFunction(`${field}.when`, when, remedy);
  if (severity !== undefined) {
    throw new PipelineError(`${field}.severity`, 'is given twice: when names severities too', 'leave it out');
  }
  checkKnown(`${field}.when`, when, SEVERITIES);
  const conditions = Object.entries<Condition<WindowResults>>(when);
  for (const [name, condition] of conditions) {
    if (isAnomaly(condition)) {
      throw new PipelineError(
        `${field}.when.${name}`,
        'is anomaly(), which has one severity',
        `write when: anomaly() and severity: '${name}'`,
      );
    }
    checkFunction(`${field}.when.${name}`, condition, remedy);
  }
  if (conditions.length === 0) throw new PipelineError(`${field}.when`, 'is empty', remedy);
  return SEVERITIES.flatMap((name) => {
    const condition = when[name];
    return condition === undefined ? [] : [{ severity: name, when: condition }];
  });
}

function readOthers(
  field: string,
  { with: names = [], over }: Definition,
  aggregate: Aggregate,
  aggregates: readonly Aggregate[],
): Aggregate[] {
  checkTexts(`${field}.with`, names, "write with: ['requests']");
  return names.map((name) => {
    const other = findAggregate(`${field}.with`, name, aggregates);
    const own = other.dimensions.find((dimension) => !aggregate.dimensions.includes(dimension));
    if (
      own !== undefined ||
      isTotal(other) ||
      other.session !== undefined ||
      aggregate.session !== undefined
    ) {
      throw new PipelineError(
        `${field}.with`,
        own === undefined
          ? `names ${name}, but only windows of panes can be put side by side`
          : `names ${name}, which has a dimension ${own} that ${aggregate.name} has not`,
        'take an aggregate with panes, whose dimensions are among this one’s',
      );
    }
    checkOver(`${field}.with`, over, other);
    return other;
  });
}

function readCompare(
  field: string,
  { compare = [], over }: Definition,
  { pane, retain, name, session }: Aggregate,
): number[] {
  checkTexts(field, compare, "write compare: ['1d', '7d']");
  return compare.map((text) => {
    const ms = readDuration(field, text);
    if (session !== undefined) {
      throw new PipelineError(field, 'makes no sense for sessions, which lie anywhere', 'leave it out');
    }
    if (ms % pane !== 0) {
      throw new PipelineError(
        field,
        `has ${text}, which is not a multiple of the pane of ${formatDuration(pane)}`,
        'take one that is',
      );
    }
    if (retain < ms + longestWindow(over)) {
      throw new PipelineError(
        field,
        `has ${text}, but ${name}'s panes are kept for ${formatDuration(retain)} only`,
        `retain them for at least ${formatDuration(ms + longestWindow(over))}`,
      );
    }
    return ms;
  });
}

function readAtLeast(field: string, given: Definition['atLeast']): Alert['atLeast'] {
  if (given === undefined) return { windows: 1, of: 1 };
  const remedy = 'write atLeast: { windows: 3, of: 5 }';
  checkObject(field, given, remedy);
  checkKnown(field, given, ['windows', 'of']);
  if (isCount(given.windows) && isCount(given.of) && given.windows <= given.of) return given;
  throw new PipelineError(field, 'does not name some of a number of windows', remedy);
}

function readThreshold(
  rule: string,
  { threshold, unit, value }: Definition,
  levels: readonly Level[],
): Alert['threshold'] {
  checkText(`${rule}.unit`, 'unit', unit);
  if (value === undefined && (threshold !== undefined || unit !== undefined)) {
    throw new PipelineError(
      `${rule}.${threshold === undefined ? 'unit' : 'threshold'}`,
      'is given without value, the number that it is of',
      'add value: (window) => window.n, or leave it out',
    );
  }
  if (threshold === undefined) return {};
  const field = `${rule}.threshold`;
  const all: Alert['threshold'] =
    typeof threshold === 'number'
      ? Object.fromEntries(levels.map(({ severity }) => [severity, threshold]))
      : threshold;
  checkObject(field, all, 'write threshold: 45');
  checkKnown(
    field,
    all,
    levels.map(({ severity }) => severity),
  );
  const wrong = Object.entries<unknown>(all).find(([, number]) => !Number.isFinite(number));
  if (wrong !== undefined) throw new PipelineError(`${field}.${wrong[0]}`, 'is no number', 'write a number');
  return all;
}

function delayOf(aggregate: Aggregate, judge: Judging): number {
  return judge === 'final' ? windowFinalAfter(aggregate) : aggregate.delay;
}

function lengthsOf(window: WindowShape, { session }: Aggregate): Pick<Alert, 'size' | 'slide'> {
  if (session === undefined) return { size: longestWindow(window), slide: longestSlide(window) };
  const longest = session.max + session.gap;
  return { size: longest, slide: longest };
}

function checkSessions(field: string, alert: Alert): void {
  if (alert.aggregate.session === undefined) return;
  if (alert.judge === 'early') {
    throw new PipelineError(
      `${field}.judge`,
      'is early, but a session is judged when it ends: only then is it known which it is',
      'leave it out, or take final',
    );
  }
  const waits = ['for', 'keepFiringFor', 'atLeast', 'missing', 'when'] as const;
  const has = [
    alert.pendingFor > 0,
    alert.keepFiringFor > 0,
    alert.atLeast.of > 1,
    alert.missing !== 'ok',
    alert.anomaly !== undefined,
  ];
  const given = waits.find((_, i) => has[i]);
  if (given === undefined) return;
  throw new PipelineError(
    `${field}.${given}`,
    'looks from window to window, but sessions are judged each by itself: between them there is nothing',
    "leave it out, or watch a second aggregate with windows such as tumbling('5m')",
  );
}

function checkEarly(field: string, alert: Alert): void {
  if (alert.judge !== 'early') return;
  const given = alert.pendingFor > 0 ? 'for' : alert.atLeast.of > 1 ? 'atLeast' : 'when';
  if (given === 'when' && alert.anomaly === undefined) return;
  throw new PipelineError(
    `${field}.${given}`,
    'takes whole windows, but judge: early looks at one before it is over',
    'leave out one of the two',
  );
}

function checkLookBack(field: string, alert: Alert): void {
  const { aggregate, others, size, slide, compare } = alert;
  const windows = lookBackWindows(alert);
  const name = alert.atLeast.of > 1 ? `${field}.atLeast` : `${field}.for`;
  if (windows > MOST_WINDOWS) {
    throw new PipelineError(
      name,
      `looks back on ${windows} windows, more than ${MOST_WINDOWS}`,
      'take fewer, or windows that slide by more',
    );
  }
  if (windows === 0) return;
  const long = windows * slide + size;
  const needed = [
    { name: aggregate.name, retain: aggregate.retain, ms: long + Math.max(0, ...compare) },
    ...others.map((other) => ({ name: other.name, retain: other.retain, ms: long })),
  ];
  const short = needed.find(({ retain, ms }) => retain < ms);
  if (short === undefined) return;
  throw new PipelineError(
    name,
    `looks back on ${windows} windows, but ${short.name}'s panes are kept for ${formatDuration(short.retain)} only`,
    `retain them for at least ${formatDuration(short.ms)}, or take fewer windows`,
  );
}
