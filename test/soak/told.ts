import type { QuarantineMessage } from '../../lib/quarantine/message.ts';

/** What the quarantine queue says. */
export interface Told {
  /** Reasons of the records that were refused, by {@link recordName}. */
  readonly refused: Map<string, string>;
  /** Which records aggregates go without, as they came too late: `departures without record …`. */
  readonly late: Set<string>;
  readonly refusedRecords: number;
  readonly lateRecords: number;
  readonly violations: readonly string[];
}

/** Reads the quarantine queue. The same may be said more than once, and never anything else of the same record. */
export function toldOf(quarantine: readonly QuarantineMessage[]): Told {
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

/** Names a record, or with `subSequence` a user record within it. */
export function recordName(shardId: string, sequence: string, subSequence: number | undefined): string {
  return `record ${sequence}${subSequence === undefined ? '' : `.${subSequence}`} of ${shardId}`;
}
