import type { EngineEvent } from '../esm/index.ts';

/** What of a mapping's work somebody at a terminal wants to hear of: what goes wrong. */
export function describeEvent(event: EngineEvent): string | undefined {
  switch (event.type) {
    case 'failed': {
      const from = event.from === undefined ? '' : `, from record ${event.from} on`;
      return `${event.records} records of ${event.shardId} failed${from}: ${event.reason}`;
    }
    case 'refused':
      return `could not be invoked with ${event.records} records of ${event.shardId}: ${event.reason}`;
    case 'discarded':
      return `gave up on ${event.records} records of ${event.shardId} (${event.condition})`;
    case 'destinationFailed':
      return `the on-failure destination did not take a message: ${String(event.error)}`;
    case 'sourceFailed':
      return `${event.shardId} could not be read, and will be again: ${String(event.error)}`;
    default:
      return undefined;
  }
}
