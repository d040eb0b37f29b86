import { compareSequence } from '../../lib/fold/sequence.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import type { Content, Flight } from './flights.ts';

/** A record as it stands in a shard of the stream. */
export interface StreamRecord {
  readonly sequence: string;
  /** What is true of each of its user records. */
  readonly contents: readonly Content[];
  readonly isAggregated: boolean;
}

/** All of a shard's records, in order. */
export interface ShardRecords {
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
}

/** Records that the mapping gave up on. */
export interface GivenUp {
  readonly shardId: string;
  readonly first: string;
  readonly last: string;
}

/** What a pane holds, all lanes together. */
export interface StoredPane {
  readonly records: number;
  readonly results: Readonly<Record<string, unknown>>;
}

/** What the stream and the service hold in the end. */
export interface Remains {
  readonly shards: readonly ShardRecords[];
  readonly givenUp: readonly GivenUp[];
  readonly quarantine: readonly QuarantineMessage[];
  /** By {@link paneName}. */
  readonly panes: ReadonlyMap<string, StoredPane>;
}

/** How what is stored differs from what the stream holds. */
export interface Findings {
  /** Records missing from a pane, over all aggregates. */
  readonly lost: number;
  /** Records in a pane more than once, over all aggregates. */
  readonly doubled: number;
  readonly late: number;
  readonly refused: number;
  readonly violations: readonly string[];
}

interface Expected {
  n: number;
  delay: number;
  worst: number;
  miles: number;
}

const MINUTE = 60_000;
// pipeline.ts once more, in plain arithmetic that shares nothing with it.
const OUT_OF_ORDER = MINUTE;
const AGGREGATES = [
  {
    name: 'departures',
    pane: 15 * MINUTE,
    key: ({ origin }: Flight) => origin,
    results: ({ n, delay, worst }: Expected) => ({ flights: n, delay: delay / n, worst }),
  },
  {
    name: 'routes',
    pane: 24 * 60 * MINUTE,
    key: ({ origin, destination }: Flight) => `${origin}|${destination}`,
    results: ({ n, delay, miles }: Expected) => ({ flights: n, delay: delay / n, miles }),
  },
] as const;

export function paneName(aggregate: string, key: string, start: number): string {
  return `${aggregate} of ${key} at ${new Date(start).toISOString()}`;
}

/** Holds what is stored against a plain fold of what the stream holds, less what is said, and rightly, to be late. */
export function account({ shards, givenUp, quarantine, panes }: Remains): Findings {
  const told = toldOf(quarantine);
  const violations = [...told.violations];
  const expected = new Map<string, Expected>();
  for (const { shardId, records } of shards) {
    const mine = givenUp.filter((range) => range.shardId === shardId);
    // The greatest event times before a record in its lane: of all records, and of those that a lane has surely seen.
    let all = -Infinity;
    let surelySeen = -Infinity;
    for (const { sequence, contents, isAggregated } of records) {
      const isLost = mine.some(
        ({ first, last }) => compareSequence(first, sequence) <= 0 && compareSequence(last, sequence) >= 0,
      );
      for (const [i, content] of contents.entries()) {
        const name = recordName(shardId, sequence, isAggregated ? i : undefined);
        const reason = told.refused.get(name);
        const wanted = 'refused' in content ? content.refused : undefined;
        told.refused.delete(name);
        if (reason !== wanted) violations.push(`${name} is ${wanted ?? 'an event'}, ${asideAs(reason)}`);
        if ('refused' in content) continue;
        for (const aggregate of AGGREGATES) {
          const home = `${aggregate.name} without ${name}`;
          const isLate = told.late.delete(home);
          const closes = content.at - (content.at % aggregate.pane) + aggregate.pane + OUT_OF_ORDER;
          if (isLate && closes > all) violations.push(`${home}, though it came in time`);
          if (!isLate && closes <= surelySeen && !isLost)
            violations.push(`${home} must be late, and is not said to be`);
          if (!isLate)
            add(
              expected,
              paneName(aggregate.name, aggregate.key(content), closes - aggregate.pane - OUT_OF_ORDER),
              content,
            );
        }
        all = Math.max(all, content.at);
        if (!isLost) surelySeen = Math.max(surelySeen, content.at);
      }
    }
  }
  for (const name of [...told.refused.keys(), ...told.late])
    violations.push(`${name} was set aside, and is not in the stream`);
  const differences = compare(expected, panes);
  return {
    ...differences,
    late: told.lateRecords,
    refused: told.refusedRecords,
    violations: [...violations, ...differences.violations],
  };
}

interface Told {
  /** Reasons of the records that were refused, by name. */
  readonly refused: Map<string, string>;
  /** Homes that records came too late for. */
  readonly late: Set<string>;
  readonly refusedRecords: number;
  readonly lateRecords: number;
  readonly violations: readonly string[];
}

/** What the quarantine queue says. The same may be said more than once, and never anything else of the same record. */
function toldOf(quarantine: readonly QuarantineMessage[]): Told {
  const refused = new Map<string, string>();
  const late = new Set<string>();
  const lateRecords = new Set<string>();
  const violations: string[] = [];
  for (const { origin, kind, reason, aggregates = [] } of quarantine) {
    const name = recordName(origin.shard ?? '', origin.sequence ?? '', origin.subSequence);
    if (kind === 'late') {
      lateRecords.add(name);
      for (const aggregate of aggregates) late.add(`${aggregate} without ${name}`);
      continue;
    }
    const before = refused.get(name) ?? reason;
    if (before !== reason) violations.push(`${name} is said to be ${before} and ${reason}`);
    refused.set(name, reason);
  }
  return { refused, late, refusedRecords: refused.size, lateRecords: lateRecords.size, violations };
}

function recordName(shardId: string, sequence: string, subSequence: number | undefined): string {
  return `record ${sequence}${subSequence === undefined ? '' : `.${subSequence}`} of ${shardId}`;
}

function asideAs(reason: string | undefined): string {
  return reason === undefined ? 'and was not set aside' : `and was set aside as ${reason}`;
}

function add(panes: Map<string, Expected>, name: string, { delay, distance }: Flight): void {
  const pane = panes.get(name) ?? { n: 0, delay: 0, worst: -Infinity, miles: 0 };
  panes.set(name, pane);
  pane.n++;
  pane.delay += delay;
  pane.worst = Math.max(pane.worst, delay);
  pane.miles += distance;
}

function compare(
  expected: ReadonlyMap<string, Expected>,
  panes: ReadonlyMap<string, StoredPane>,
): Pick<Findings, 'lost' | 'doubled' | 'violations'> {
  const violations: string[] = [];
  let lost = 0;
  let doubled = 0;
  for (const name of new Set([...expected.keys(), ...panes.keys()])) {
    const [want, have] = [expected.get(name), panes.get(name)];
    const difference = (have?.records ?? 0) - (want?.n ?? 0);
    if (difference < 0) lost -= difference;
    else doubled += difference;
    if (difference !== 0)
      violations.push(`${name} holds ${have?.records ?? 0} records, and must hold ${want?.n ?? 0}`);
    else if (want !== undefined && have !== undefined) violations.push(...compareResults(name, want, have));
  }
  return { lost, doubled, violations };
}

function compareResults(name: string, want: Expected, { results }: StoredPane): string[] {
  const wanted: Record<string, number> =
    AGGREGATES.find((aggregate) => name.startsWith(`${aggregate.name} `))?.results(want) ?? {};
  return Object.entries(wanted).flatMap(([measure, value]) =>
    results[measure] === value
      ? []
      : [`${name} has ${String(results[measure])} as ${measure}, and must have ${value}`],
  );
}
