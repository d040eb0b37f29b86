import type { AlertState } from '../../lib/alerts/state.ts';
import { compareSequence, userSequence } from '../../lib/fold/sequence.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { aggregateNamed } from '../../lib/pipeline/pipeline.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import type { Origin } from '../../lib/quarantine/rejection.ts';
import { readFailedBatch } from '../../lib/redrive/failed-batch.ts';
import { tiersOf } from '../../lib/rollup/tier.ts';
import { isLaneItemKey, readPaneItemKey, type PaneName } from '../../lib/store/keys.ts';
import { readLaneItem } from '../../lib/store/lane-item.ts';
import { readPaneItem } from '../../lib/store/pane-item.ts';
import { readRollupItem } from '../../lib/store/rollup-item.ts';
import { readWatermarkItem, WATERMARK_KEY } from '../../lib/store/watermark-item.ts';
import { pipelineWatermark } from '../../lib/time/watermark.ts';
import {
  fold,
  homesOf,
  judge,
  latenessOf,
  paneName,
  rollUp,
  RULES,
  type Expected,
  type Folded,
  type Rule,
  type Home,
  type Transition,
} from './oracle.ts';
import { derive, refusedName, type Derivation } from './derived-oracle.ts';
import { pipeline } from './pipeline.ts';
import { checkHistory, checkNotices, checkTold } from './check-notices.ts';
import { FAILURES, QUARANTINE } from './service.ts';
import type { SimDynamo } from './sim-dynamo.ts';
import type { Known, SimKinesis } from './sim-kinesis.ts';
import type { SimQueues } from './sim-queue.ts';
import type { Watch } from './watch.ts';

/** All that is left of a run. */
export interface Remains {
  readonly kinesis: SimKinesis;
  readonly dynamo: SimDynamo;
  readonly queues: SimQueues;
  readonly published: readonly string[];
  readonly watch: Watch;
  /** Whether invocations of the evaluating function were held up between reading and writing. */
  readonly stalled: boolean;
}

/** What came of checking. */
export interface Checked {
  /** What is not as it must be. */
  readonly violations: readonly string[];
  /** Alerts of a key all of whose transitions were compared with what the data imply. */
  readonly compared: number;
}

/** Holds a finished run against what was put into it. */
export function check(remains: Remains): Checked {
  const told = toldOf(remains);
  const homes = homesOf(remains.kinesis.known);
  const counted = homes.filter((home) => !told.leftOut.has(homeName(home)));
  const derivation = derive(counted, watermarkOf(remains.dynamo));
  const folded = [...counted, ...derivation.folded];
  const alerts = checkAlerts(remains, folded);
  const violations = [
    ...remains.watch.violations,
    ...told.violations,
    ...checkQuarantine(remains, told.refused),
    ...checkLeftOut(remains, told.leftOut, homes),
    ...checkPanes(remains, counted, folded),
    ...checkRefusedWindows(told.windows, derivation),
    ...checkTiers(remains, counted),
    ...checkWatermark(remains),
    ...alerts.violations,
  ];
  return { violations, compared: alerts.compared };
}

interface Told {
  /** Reasons of the records that were refused, by name. */
  readonly refused: ReadonlyMap<string, string>;
  /** Why records are not in an aggregate, by the name of their home there. */
  readonly leftOut: ReadonlyMap<string, string>;
  /** Names of windows that were refused. */
  readonly windows: ReadonlySet<string>;
  readonly violations: readonly string[];
}

function recordName(shardId: string, sequence: string): string {
  return `${sequence} of ${shardId}`;
}

function homeName({ known, aggregate }: Pick<Home, 'known' | 'aggregate'>): string {
  return `${aggregate} without ${recordName(known.shardId, known.sequence)}`;
}

/** What the quarantine queue says. The same may be said more than once, and never anything else of the same record. */
function toldOf({ kinesis, queues }: Remains): Told {
  const data = new Map(kinesis.known.map((one) => [recordName(one.shardId, one.sequence), one.data]));
  const refused = new Map<string, string>();
  const leftOut = new Map<string, string>();
  const windows = new Set<string>();
  const violations: string[] = [];
  for (const body of queues.sent(QUARANTINE)) {
    const { origin, reason, aggregates, data: bytes } = JSON.parse(body) as QuarantineMessage;
    if (origin.window !== undefined) {
      windows.add(windowName(origin));
      continue;
    }
    const { shard = '', sequence = '', subSequence } = origin;
    const name = recordName(
      shard,
      subSequence === undefined ? sequence : userSequence(sequence, subSequence),
    );
    if (bytes !== data.get(name)) violations.push(`${name} was set aside with other bytes than it has`);
    const names = aggregates?.map((aggregate) => `${aggregate} without ${name}`) ?? [name];
    const said = aggregates === undefined ? refused : leftOut;
    for (const one of names) {
      const before = said.get(one) ?? reason;
      if (before !== reason) violations.push(`${one} is said to be ${before} and ${reason}`);
      said.set(one, reason);
    }
  }
  return { refused, leftOut, windows, violations };
}

function windowName({ source, key = '', window = '', refusedBy = '' }: Origin): string {
  return refusedName({ source, key, start: Date.parse(window.split('/')[0] ?? ''), by: refusedBy });
}

/** Every window that is refused was told of. One that was told of may have grown since. */
function checkRefusedWindows(told: ReadonlySet<string>, { refused }: Derivation): string[] {
  return refused
    .filter((name) => !told.has(name))
    .map((name) => `${name} was refused, which nobody was told`);
}

/** Every record that cannot be an event was set aside for its reason, and no other was. */
function checkQuarantine({ kinesis }: Remains, refused: ReadonlyMap<string, string>): string[] {
  const violations: string[] = [];
  let rightly = 0;
  for (const { shardId, sequence, content } of kinesis.known) {
    const reason = refused.get(recordName(shardId, sequence));
    const wanted = 'refused' in content ? content.refused : undefined;
    if (reason !== wanted) {
      violations.push(
        `record ${recordName(shardId, sequence)} was ${reason === undefined ? 'not set aside' : `set aside as ${reason}`}, but is ${wanted ?? 'an event'}`,
      );
    }
    if (reason !== undefined) rightly++;
  }
  if (rightly !== refused.size) violations.push('a record was set aside that was never put');
  return violations;
}

/** Late is what came too late by the lane's own earlier records; full is what a pane has no room for. */
function checkLeftOut(
  { kinesis, queues }: Remains,
  leftOut: ReadonlyMap<string, string>,
  homes: readonly Home[],
): string[] {
  const isGivenUp = givenUpBy(queues.sent(FAILURES));
  const violations: string[] = [];
  for (const home of homes) {
    const reason = leftOut.get(homeName(home));
    if (reason === 'pane-too-large') {
      if (!isFull(home, homes)) violations.push(`${homeName(home)}, though there was room`);
      continue;
    }
    const verdict = latenessOf(home, kinesis.known, isGivenUp);
    if (reason === 'late' && verdict === 'must not')
      violations.push(`${homeName(home)}, though it came in time`);
    if (reason === undefined && verdict === 'must')
      violations.push(`${homeName(home)} must be late, and is in it`);
  }
  return violations;
}

function givenUpBy(messages: readonly string[]): (known: Known) => boolean {
  const ranges = messages.flatMap((body) => {
    const info = (JSON.parse(body) as { KinesisBatchInfo?: Record<string, string> }).KinesisBatchInfo;
    return info === undefined ? [] : [info];
  });
  return ({ shardId, recordSequence }) =>
    ranges.some(
      ({ shardId: shard, startSequenceNumber: first = '', endSequenceNumber: last = '' }) =>
        shard === shardId &&
        compareSequence(first, recordSequence) <= 0 &&
        compareSequence(last, recordSequence) >= 0,
    );
}

// What a lane's records of a pane take together must be more than an item has, or almost.
function isFull(home: Home, homes: readonly Home[]): boolean {
  const bytes = homes
    .filter(
      ({ known, aggregate, key, start }) =>
        known.shardId === home.known.shardId &&
        aggregate === home.aggregate &&
        key === home.key &&
        start === home.start,
    )
    .reduce((sum, { event }) => sum + (event.bytes ?? 0), 0);
  return bytes > 390 * 1024;
}

/**
 * Every pane holds what a plain fold of the records gives. What is still on the failure queue could not be repaired, as panes
 * have no room for it, and is in them or not.
 */
function checkPanes(
  { dynamo, queues }: Remains,
  counted: readonly Home[],
  folded: readonly Folded[],
): string[] {
  const isKept = givenUpBy(queues.messages(FAILURES).map(({ body }) => body));
  const unsure = new Set(
    counted
      .filter((home) => home.aggregate === 'uploads' && isKept(home.known) && isFull(home, counted))
      .map(({ aggregate, key, start }) => paneName(aggregate, key, start)),
  );
  const found = new Map<string, Expected>();
  for (const item of dynamo.items('aggregates')) {
    const name = readPaneItemKey({ pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' });
    const aggregate = name && aggregateNamed(pipeline, name.aggregate);
    if (name === undefined || aggregate === undefined) continue;
    const { accs, records } = readPaneItem(aggregate, item);
    if (records === 0) continue;
    const { n, total, worst, heap = 0 } = resultsOf(aggregate, accs) as Record<string, number>;
    const pane = found.get(paneName(name.aggregate, name.key, name.start));
    found.set(paneName(name.aggregate, name.key, name.start), {
      n: (pane?.n ?? 0) + (n ?? NaN),
      total: (pane?.total ?? 0) + (total ?? NaN),
      worst: Math.max(pane?.worst ?? -Infinity, worst ?? NaN),
      heap: (pane?.heap ?? 0) + heap,
    });
  }
  return differences(fold(folded), found, unsure);
}

/** Every tier's pane that the watermark has made due holds what a plain fold of the records gives, and there is no other. */
function checkTiers({ dynamo }: Remains, counted: readonly Home[]): string[] {
  const tiers = new Map(
    pipeline.aggregates.flatMap((aggregate) => tiersOf(aggregate)).map((tier) => [tier.name, tier]),
  );
  const found = new Map<string, Expected>();
  for (const item of dynamo.items('aggregates')) {
    const name = readPaneItemKey({ pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' });
    const tier = tiers.get(name?.aggregate ?? '');
    if (name === undefined || tier === undefined) continue;
    const { accs = [] } = readRollupItem(tier.aggregate, item);
    const { n, total, worst } = resultsOf(tier.aggregate, accs) as Record<string, number>;
    found.set(paneName(tier.name, name.key, name.start), {
      n: n ?? NaN,
      total: total ?? NaN,
      worst: worst ?? NaN,
      heap: 0,
    });
  }
  return differences(rollUp(counted, watermarkOf(dynamo)), found);
}

function differences(
  expected: ReadonlyMap<string, Expected>,
  found: ReadonlyMap<string, Expected>,
  unsure: ReadonlySet<string> = new Set(),
): string[] {
  const violations: string[] = [];
  for (const name of new Set([...expected.keys(), ...found.keys()])) {
    if (unsure.has(name)) continue;
    const [want, have] = [shownPane(expected.get(name)), shownPane(found.get(name))];
    if (want !== have) violations.push(`${name} is ${have}, and must be ${want}`);
  }
  return violations;
}

function shownPane(pane: Expected | undefined): string {
  return pane === undefined ? 'not there' : JSON.stringify(pane);
}

/**
 * Transitions take turns, people were told of them, the last of them is what the data imply
 * now, and where no pane changed, or was told of, after its windows were judged, all of them are what the data imply.
 */
function checkAlerts(
  { dynamo, queues, published, watch, stalled }: Remains,
  folded: readonly Folded[],
): Checked {
  let compared = 0;
  const watermark = watermarkOf(dynamo);
  for (const pane of notEvaluatedInOrder({ dynamo, queues })) watch.disturb(pane);
  const violations = [
    ...checkNotices(watch.notices, published),
    ...checkTold(watch, dynamo, watermark),
    ...checkHistory(watch, dynamo),
  ];
  if (!stalled) violations.push(...watch.early);
  for (const rule of RULES) {
    const mine = folded.filter(({ aggregate }) => aggregate === rule.aggregate);
    const states = watch.transitions.filter(({ alert }) => alert === rule.alert);
    for (const key of new Set([...mine.map((home) => home.key), ...states.map((state) => state.key)])) {
      const homes = mine.filter((home) => home.key === key);
      const written = states.filter((state) => state.key === key);
      const who = `alert ${rule.alert} of ${key}`;
      violations.push(...checkTurns(who, written), ...checkJudged(who, rule, written));
      const last = written.at(-1);
      const [due] = judge(rule, homes, watermark, {
        from: last?.at ?? -Infinity,
        firing: last?.status === 'firing',
      });
      if (due !== undefined) {
        violations.push(
          `${who} is ${due.status} since ${new Date(due.at).toISOString()}, which nobody was told`,
        );
      }
      if (watch.isDisturbed(rule.aggregate, key, stalled ? 'furthest' : 'reached')) continue;
      if (written.length > 0) compared++;
      // What is judged early may be told of the window that is next to be over, by what it held then.
      const ahead = rule.judge === 'early' ? rule.slide : 0;
      const show = rule.judge === 'early' ? places : shown;
      const least = show(judge(rule, homes, watermark));
      const most = show(judge(rule, homes, watch.furthest + ahead));
      const told = show(written);
      if (!told.startsWith(least) || !most.startsWith(told))
        violations.push(`${who} was [${told}], and must be [${least}] up to [${most}]`);
    }
  }
  return { violations, compared };
}

/** The watermark that is kept. */
function watermarkOf(dynamo: SimDynamo): number {
  const items = [...dynamo.items('aggregates')];
  return readWatermarkItem(items.find((item) => item.pk?.S === WATERMARK_KEY.pk));
}

/** What is kept in the end is what the lanes say, or more, where one was idle for a while. */
function checkWatermark({ dynamo }: Remains): string[] {
  const lanes = [...dynamo.items('aggregates')]
    .filter((item) => isLaneItemKey({ pk: item.pk?.S ?? '', sk: '' }))
    .map(readLaneItem);
  return watermarkOf(dynamo) < pipelineWatermark(lanes, pipeline) ? ['the watermark was left behind'] : [];
}

/** Panes of which the evaluating function was told by a redrive alone. */
function notEvaluatedInOrder({ dynamo, queues }: Pick<Remains, 'dynamo' | 'queues'>): PaneName[] {
  return queues.sent(FAILURES).flatMap((body) => {
    const batch = readFailedBatch(body);
    if ('bucket' in batch || !batch.streamArn.includes('table/aggregates')) return [];
    const records = dynamo.streams.get('aggregates')?.between(batch.shardId, batch.first, batch.last) ?? [];
    return records.flatMap(({ event }) => {
      const { Keys: key } = (event as { dynamodb: { Keys: { pk: { S: string }; sk: { S: string } } } })
        .dynamodb;
      return readPaneItemKey({ pk: key.pk.S, sk: key.sk.S }) ?? [];
    });
  });
}

/** Transitions with all that is said of them. */
function shown(transitions: readonly (AlertState | Transition)[]): string {
  return transitions
    .map((transition) => {
      const { n, total, worst } = valueOf(transition);
      return `${placeOf(transition)} n=${n} total=${total} worst=${worst}; `;
    })
    .join('');
}

/** Transitions without what the windows held. */
function places(transitions: readonly (AlertState | Transition)[]): string {
  return transitions.map((transition) => `${placeOf(transition)}; `).join('');
}

function placeOf({ status, at, since, windowStart }: AlertState | Transition): string {
  const times = [at, since, windowStart].map((time) => new Date(time).toISOString().slice(11, 19));
  return `${status} ${times.join(' ')}`;
}

function valueOf(transition: AlertState | Transition): Record<'n' | 'total' | 'worst', number | null> {
  if ('value' in transition) return transition.value as Record<'n' | 'total' | 'worst', number | null>;
  return transition.window ?? { n: 0, total: 0, worst: null };
}

function checkTurns(who: string, written: readonly AlertState[]): string[] {
  const violations: string[] = [];
  for (const [i, { version, status, at }] of written.entries()) {
    if (version !== i + 1) violations.push(`${who} has ${version} where its transition ${i + 1} should be`);
    if ((status === 'firing') !== (i % 2 === 0)) violations.push(`${who} is ${status} twice`);
    if (i > 0 && at <= (written[i - 1]?.at ?? 0)) violations.push(`${who} goes back in time`);
  }
  return violations;
}

/** Windows are judged as the rule says; what is judged early has not all its data, and resolves nothing. */
function checkJudged(who: string, { judge = 'onTime' }: Rule, written: readonly AlertState[]): string[] {
  return written
    .filter(({ judged, status }) =>
      judge === 'early'
        ? judged === 'final' || (judged === 'early' && status === 'resolved')
        : judged !== judge,
    )
    .map(({ judged, status, version }) => `${who} is ${status} ${judged} by its transition ${version}`);
}
