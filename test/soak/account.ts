import { compareSequence } from '../../lib/fold/sequence.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { AGGREGATES, fold, OUT_OF_ORDER, type Expected, type Home } from './expected.ts';
import type { Content } from './flights.ts';
import { recordName, toldOf, type Told } from './told.ts';

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
  /** By name, as `paneName` gives it. */
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
  /** What panes must hold, by name. */
  readonly expected: ReadonlyMap<string, Expected>;
}

/** Holds what is stored against a plain fold of what the stream holds, less what is said, and rightly, to be late. */
export function account({ shards, givenUp, quarantine, panes }: Remains): Findings {
  const told = toldOf(quarantine);
  const violations = [...told.violations];
  const counted = shards.flatMap(({ shardId, records }) => {
    const mine = givenUp.filter((range) => range.shardId === shardId);
    return countedIn(shardId, records, mine, told, violations);
  });
  for (const name of [...told.refused.keys(), ...told.late])
    violations.push(`${name} was set aside, and is not in the stream`);
  const expected = fold(counted);
  const differences = compare(expected, panes);
  return {
    ...differences,
    late: told.lateRecords,
    refused: told.refusedRecords,
    violations: [...violations, ...differences.violations],
    expected,
  };
}

/**
 * The homes of a shard's records that they must be counted in. Takes what was told of them out of `told`, and adds to
 * `violations` what was told wrongly.
 */
function countedIn(
  shardId: string,
  records: readonly StreamRecord[],
  givenUp: readonly GivenUp[],
  told: Told,
  violations: string[],
): Home[] {
  const counted: Home[] = [];
  // The greatest event times before a record in its lane: of all records, and of those that a lane has surely seen.
  let all = -Infinity;
  let surelySeen = -Infinity;
  for (const { sequence, contents, isAggregated } of records) {
    const isGivenUp = givenUp.some((range) => isIn(range, sequence));
    for (const [i, content] of contents.entries()) {
      const name = recordName(shardId, sequence, isAggregated ? i : undefined);
      const refused = told.refused.get(name);
      const wanted = 'refused' in content ? content.refused : undefined;
      told.refused.delete(name);
      if (refused !== wanted) violations.push(`${name} is ${wanted ?? 'an event'}, ${asideAs(refused)}`);
      if ('refused' in content) continue;
      for (const aggregate of AGGREGATES) {
        const start = content.at - (content.at % aggregate.pane);
        const closes = start + aggregate.pane + OUT_OF_ORDER;
        const without = `${aggregate.name} without ${name}`;
        const isLate = told.late.delete(without);
        if (!isLate) counted.push({ aggregate, start, flight: content });
        if (isLate && closes > all) violations.push(`${without}, though it came in time`);
        if (!isLate && closes <= surelySeen && !isGivenUp)
          violations.push(`${without} must be late, and is not said to be`);
      }
      all = Math.max(all, content.at);
      if (!isGivenUp) surelySeen = Math.max(surelySeen, content.at);
    }
  }
  return counted;
}

function isIn({ first, last }: GivenUp, sequence: string): boolean {
  return compareSequence(first, sequence) <= 0 && compareSequence(last, sequence) >= 0;
}

function asideAs(reason: string | undefined): string {
  return reason === undefined ? 'and was not set aside' : `and was set aside as ${reason}`;
}

function compare(
  expected: ReadonlyMap<string, Expected>,
  panes: ReadonlyMap<string, StoredPane>,
): Pick<Findings, 'lost' | 'doubled' | 'violations'> {
  const violations: string[] = [];
  let lost = 0;
  let doubled = 0;
  for (const name of new Set([...expected.keys(), ...panes.keys()])) {
    const want = expected.get(name);
    const have = panes.get(name);
    const [must, does] = [want?.n ?? 0, have?.records ?? 0];
    lost += Math.max(0, must - does);
    doubled += Math.max(0, does - must);
    if (must !== does) violations.push(`${name} holds ${does} records, and must hold ${must}`);
    else if (want !== undefined && have !== undefined) violations.push(...compareResults(name, want, have));
  }
  return { lost, doubled, violations };
}

function compareResults(name: string, want: Expected, { results }: StoredPane): string[] {
  return Object.entries(want.aggregate.results(want)).flatMap(([measure, value]) =>
    results[measure] === value
      ? []
      : [`${name} has ${String(results[measure])} as ${measure}, and must have ${value}`],
  );
}
