import { Readable } from 'node:stream';
import type { AlertState } from '../alerts/state.ts';
import { RuleError } from '../alerts/verdict.ts';
import { showSeen } from '../cli/show.ts';
import type { Notice } from '../dispatch/notice.ts';
import { keyRecord } from '../fold/key.ts';
import { checkKnown, checkObject, checkTexts } from '../pipeline/check.ts';
import { PipelineError } from '../pipeline/errors.ts';
import { isPipeline } from '../pipeline/is-pipeline.ts';
import { alertNamed, type Pipeline } from '../pipeline/pipeline.ts';
import type { QuarantineMessage } from '../quarantine/message.ts';
import { BETWEEN, Happenings, TOLD, type Happening } from '../replay/happening.ts';
import { InputError } from '../replay/input-error.ts';
import { runReplay, type Counts, type RunOptions } from '../replay/run.ts';
import { readSilences } from './case-silences.ts';
import { sourcesOf } from './case-sources.ts';
import type { CaseExpectation, RuleCase } from './cases.ts';
import { compare, type Row } from './compare.ts';
import { CaseError } from './errors.ts';
import { findAlert, NOTICES, readExpected, TRANSITIONS, type Kind, type Outcome } from './expected.ts';
import { Moments } from './moment.ts';

/** What was expected of a case beside what came. */
export interface Comparison {
  readonly of: Kind['name'];
  readonly rows: readonly Row[];
}

/** Records of a case that were set aside, and how many were expected to be. */
export interface SetAside {
  readonly kind: QuarantineMessage['kind'];
  readonly expected: number;
  readonly came: number;
  readonly messages: readonly QuarantineMessage[];
}

/** What came of a case. It passed if all of it is empty. */
export interface CaseResult {
  /** Why it cannot be run. */
  readonly error: string | undefined;
  /** Those that differ. */
  readonly comparisons: readonly Comparison[];
  /** Those that differ in their number. */
  readonly aside: readonly SetAside[];
  readonly moments: Moments;
}

const CASE_FIELDS = ['start', 'pipeline', 'events', 'streams', 'until', 'silences', 'expect'];
const EXPECTATION_FIELDS = ['alerts', 'transitions', 'notices', 'late', 'quarantined'];
const NO_MOMENTS = new Moments(undefined);

/**
 * Runs a case: replays what happens in it, and lays what comes of it beside what was expected.
 *
 * @param file the file that it stands in: paths of recorded files are from there on
 * @param pipeline what it is run with, if it does not say that itself
 */
export async function runCase(file: string, one: RuleCase, pipeline: Pipeline): Promise<CaseResult> {
  let moments = NO_MOMENTS;
  try {
    checkObject('the case', one, 'write { events, expect }');
    checkKnown('', one, CASE_FIELDS);
    moments = new Moments(one.start);
    return { ...(await run(file, one, one.pipeline ?? pipeline, moments)), error: undefined, moments };
  } catch (error) {
    return { error: problemOf(error), comparisons: [], aside: [], moments };
  }
}

function problemOf(error: unknown): string {
  if (error instanceof PipelineError) return `${error.field} ${error.problem}; ${error.remedy}`;
  if (error instanceof CaseError || error instanceof InputError || error instanceof RuleError)
    return error.message;
  throw error;
}

async function run(
  file: string,
  one: RuleCase,
  pipeline: Pipeline,
  moments: Moments,
): Promise<Pick<CaseResult, 'comparisons' | 'aside'>> {
  const { until, silences = [], expect } = one;
  if (!isPipeline(pipeline)) {
    throw new CaseError(
      'pipeline',
      'is none',
      'give what definePipeline gives, such as the default export of pipeline.ts',
    );
  }
  checkExpectation(expect);
  const [transitions, notices] = [expect.transitions, expect.notices].map(
    (given, i) => given && readExpected(i === 0 ? TRANSITIONS : NOTICES, given, pipeline, moments),
  );
  const named = namedAlerts(expect, [...(transitions ?? []), ...(notices ?? [])], pipeline);
  const came = await replayCase({
    pipeline,
    sources: sourcesOf(file, one, pipeline, moments),
    stdin: Readable.from([]),
    until: until === undefined ? undefined : moments.read('until', until),
    silences: readSilences(silences, pipeline, moments),
  });
  const isLookedAt = ({ alert }: { readonly alert: string }): boolean => named.size === 0 || named.has(alert);
  const comparisons: Comparison[] = [];
  if (transitions !== undefined) {
    const words = wordsOf(transitions);
    const all = transitionOutcomes(pipeline, came.transitions, words).filter(isLookedAt);
    comparisons.push({ of: 'transitions', rows: compare(transitions, all) });
  }
  if (notices !== undefined) {
    const all = came.notices.map((notice) => noticeOutcome(pipeline, notice)).filter(isLookedAt);
    comparisons.push({ of: 'notices', rows: compare(notices, all) });
  }
  return {
    comparisons: comparisons.filter(({ rows }) => rows.some(({ is }) => is !== 'same')),
    aside: asideOf(expect, came),
  };
}

function checkExpectation(expect: CaseExpectation): void {
  const remedy = "write expect: { transitions: ['+1h congested origin=ORD firing warning'] }";
  checkObject('expect', expect, remedy);
  checkKnown('expect', expect, EXPECTATION_FIELDS);
  checkTexts('expect.alerts', expect.alerts ?? [], "write alerts: ['congested']");
  if (Object.values<unknown>({ ...expect, alerts: undefined }).every((value) => value === undefined))
    throw new CaseError('expect', 'says nothing, so that the case cannot fail', remedy);
}

function namedAlerts(
  { alerts = [] }: CaseExpectation,
  expected: readonly Outcome[],
  pipeline: Pipeline,
): Set<string> {
  const named = alerts.map((name, i) => findAlert(`expect.alerts[${i}]`, name, pipeline).name);
  return new Set([...named, ...expected.map(({ alert }) => alert)]);
}

/** Which transitions are looked at: those that lie between being told of and being over only on demand. */
function wordsOf(expected: readonly Outcome[]): readonly Happening[] {
  return expected.some(({ is }) => BETWEEN.some((word) => word === is)) ? [...TOLD, ...BETWEEN] : TOLD;
}

interface Came {
  readonly transitions: readonly AlertState[];
  readonly notices: readonly Notice[];
  readonly messages: readonly QuarantineMessage[];
  readonly counts: Counts;
}

async function replayCase(options: Omit<RunOptions, 'sink'>): Promise<Came> {
  const [transitions, notices, messages]: [AlertState[], Notice[], QuarantineMessage[]] = [[], [], []];
  const counts = await runReplay({
    ...options,
    sink: {
      pane: () => undefined,
      alert: (transition) => transitions.push(transition),
      notice: (notice) => notices.push(notice),
      aside: (message) => messages.push(message),
    },
  });
  return { transitions, notices, messages, counts };
}

function transitionOutcomes(
  pipeline: Pipeline,
  transitions: readonly AlertState[],
  words: readonly Happening[],
): Outcome[] {
  const happenings = new Happenings();
  return transitions.flatMap((transition) => {
    const { at, alert, key, status, severity } = transition;
    const happening = happenings.of(transition);
    if (!words.includes(happening)) return [];
    const rule = alertNamed(pipeline, alert);
    return {
      at,
      alert,
      key: rule === undefined ? {} : keyRecord(rule.aggregate, key),
      is: happening === 'escalated' ? happening : status,
      severity,
      note: showSeen(transition),
    };
  });
}

function noticeOutcome(pipeline: Pipeline, notice: Notice): Outcome {
  const { at, alert, group, kind, severity, firing, resolved } = notice;
  const rule = alertNamed(pipeline, alert);
  const key = rule === undefined ? {} : keyRecord({ dimensions: rule.telling.groupBy }, group);
  return { at, alert, key, is: kind, severity, note: `${firing} firing, ${resolved} resolved` };
}

function asideOf({ late = 0, quarantined = 0 }: CaseExpectation, { counts, messages }: Came): SetAside[] {
  const all = [
    { kind: 'late', expected: late, came: counts.late },
    { kind: 'quarantined', expected: quarantined, came: counts.quarantined },
  ] as const;
  return all
    .filter(({ expected, came }) => expected !== came)
    .map((one) => ({ ...one, messages: messages.filter(({ kind }) => kind === one.kind) }));
}
