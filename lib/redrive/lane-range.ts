import { decodeKinesisEvent } from '../decode/kinesis-event.ts';
import type { LaneBatch } from '../decode/record.ts';
import { recordSequence } from '../fold/sequence.ts';
import type { ShardRange } from './shard-range.ts';

/**
 * A lane's records from `first` to `last`, page by page, as the aggregate function gets them. User records of a Kinesis
 * record come all together, whichever of them is named.
 *
 * @throws {RetentionError} if the first of them has left the stream
 */
export async function* readLane(range: ShardRange, first: string, last: string): AsyncGenerator<LaneBatch> {
  for await (const records of range.read(recordSequence(first), recordSequence(last))) {
    yield* decodeKinesisEvent({ Records: records.map(({ event }) => event) }).lanes;
  }
}
