import type { EngineEvent } from '../../esm/index.ts';
import type { FailureRow } from './protocol.ts';
import { Recent } from './recent.ts';

const MOST_ROWS = 100;

/** Batches that failed or were given up, and reads that did. */
export class FailureRows {
  readonly #rows = new Recent<FailureRow>(MOST_ROWS);

  /** Takes what an engine tells of a function's work. @returns whether it was a failure @param at ms */
  take(functionKey: string, event: EngineEvent, at: number): boolean {
    const failure = failureOf(event);
    if (failure === undefined) return false;
    this.#rows.add({ at, function: functionKey, shardId: event.shardId, ...failure });
    return true;
  }

  /** The youngest first. */
  list(): readonly FailureRow[] {
    return this.#rows.list();
  }
}

function failureOf(event: EngineEvent): Pick<FailureRow, 'kind' | 'records' | 'reason'> | undefined {
  switch (event.type) {
    case 'failed': {
      const { records, reason, from } = event;
      return {
        kind: 'failed',
        records,
        reason: from === undefined ? reason : `${reason}, from record ${from}`,
      };
    }
    case 'refused':
      return { kind: 'refused', records: event.records, reason: event.reason };
    case 'bisected': {
      const records = event.parts.reduce((sum, part) => sum + part, 0);
      return { kind: 'bisected', records, reason: `comes again as ${event.parts.join(' and ')}` };
    }
    case 'discarded':
      return { kind: 'gave up', records: event.records, reason: event.condition };
    case 'destinationFailed':
      return { kind: 'gave up', records: 0, reason: `nobody could be told of it: ${textOf(event.error)}` };
    case 'sourceFailed':
      return { kind: 'source', records: 0, reason: textOf(event.error) };
    default:
      return undefined;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
