import type { Aggregate, NamedMeasure } from '../pipeline/pipeline.ts';

/** One lane's partial aggregate of one key over one pane. */
export interface Pane {
  readonly aggregate: Aggregate;
  readonly key: string;
  /** Start in ms; the end is `start + aggregate.pane`, exclusive. */
  readonly start: number;
  /** Accumulators in the order of the aggregate's measures. */
  readonly accs: unknown[];
  /** Records folded in. */
  records: number;
  /** Sequence numbers of the first and last record folded in. */
  first: string;
  last: string;
  /** Sequence numbers of the records that came too late by the lane's watermark, in order; they are not folded in. */
  late: string[] | undefined;
  /** Another pane of the same key: the map of panes strings them together. */
  next: Pane | undefined;
}

/** A pane without records. */
export function emptyPane(aggregate: Aggregate, key: string, start: number, sequence: string): Pane {
  const accs = aggregate.measures.map(emptyAcc);
  return {
    aggregate,
    key,
    start,
    accs,
    records: 0,
    first: sequence,
    last: sequence,
    late: undefined,
    next: undefined,
  };
}

function emptyAcc({ measure }: NamedMeasure): unknown {
  return measure.empty();
}

/** Merges accumulators of the same aggregate into `into`, one by one; `from` stays as it is. */
export function mergeAccs(aggregate: Aggregate, into: unknown[], from: readonly unknown[]): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = aggregate.measures[i]?.measure.merge(into[i], from[i]);
  }
}

/**
 * The accumulators' results by measure: what readers and conditions see.
 *
 * @param duration length in ms of what the accumulators are over
 */
export function resultsOf(
  aggregate: Aggregate,
  accs: readonly unknown[],
  duration: number = aggregate.pane,
): Record<string, unknown> {
  const context = { duration };
  const results: Record<string, unknown> = {};
  for (let i = 0; i < aggregate.measures.length; i++) {
    const named = aggregate.measures[i];
    // One measure stands for all those that are told of a session.
    if (aggregate.session !== undefined && named !== undefined)
      return named.measure.result(accs[i], context) as Record<string, unknown>;
    if (named !== undefined) results[named.name] = named.measure.result(accs[i], context);
  }
  return results;
}
