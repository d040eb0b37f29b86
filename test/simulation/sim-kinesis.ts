import { kinesisRecord } from '../../lib/esm/sources/kinesis-event.ts';
import { userSequence } from '../../lib/fold/sequence.ts';
import type { Chance } from './chance.ts';
import type { SimClock } from './clock.ts';
import { SimStream } from './sim-stream.ts';
import { payloadOf, type Event, type Put } from './workload.ts';

export const STREAM_NAME = 'events';
export const STREAM_ARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM_NAME}`;

/** A user record that is in the stream, and what is true of it. */
export interface Known {
  readonly shardId: string;
  /** Of the Kinesis record. */
  readonly recordSequence: string;
  /** Of the user record. */
  readonly sequence: string;
  readonly content: Event | { readonly refused: string };
  /** Its own bytes, in base64. */
  readonly data: string;
}

/** A Kinesis stream: shards that split and merge, and a register of all that was put. */
export class SimKinesis {
  readonly stream: SimStream;
  /** In the order of each shard. */
  readonly known: Known[] = [];
  readonly #clock: SimClock;
  readonly #chance: Chance;
  #shards = 0;
  // Four digits that become five on the way: sequence numbers are no texts to be compared as such.
  #sequence = 9_950;

  constructor(clock: SimClock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
    this.stream = new SimStream(clock, 'KinesisBatchInfo');
    for (let i = chance.int('shards', 1, 2); i > 0; i--) this.#open([]);
  }

  put({ partitionKey, bytes, contents, isAggregated }: Put): void {
    const open = this.stream.openShards;
    const shardId = open[Number(partitionKey.slice(1)) % open.length] ?? '';
    const recordSequence = String((this.#sequence += this.#chance.int('gap', 1, 9)));
    this.stream.append(
      shardId,
      kinesisRecord(
        {
          SequenceNumber: recordSequence,
          PartitionKey: partitionKey,
          Data: bytes,
          ApproximateArrivalTimestamp: new Date(this.#clock.now()),
        },
        {
          shardId,
          eventSourceArn: STREAM_ARN,
          region: 'us-east-1',
          invokeIdentityArn: 'arn:aws:iam::0:role/r',
        },
      ),
    );
    for (const [i, content] of contents.entries()) {
      const sequence = isAggregated ? userSequence(recordSequence, i) : recordSequence;
      this.known.push({
        shardId,
        recordSequence,
        sequence,
        content,
        data: payloadOf(content).toString('base64'),
      });
    }
  }

  /** Splits a shard, or merges two. */
  reshard(): void {
    const open = this.stream.openShards;
    const [first, second] = open;
    if (first === undefined || open.length > 4) return;
    if (second !== undefined && this.#chance.next('merge') < 0.5) {
      this.#open([first, second]);
      this.stream.close(first);
      this.stream.close(second);
    } else {
      const parent = this.#chance.pick('split', open);
      this.#open([parent]);
      this.#open([parent]);
      this.stream.close(parent);
    }
  }

  #open(parents: readonly string[]): void {
    this.stream.open(`shardId-${String(this.#shards++).padStart(12, '0')}`, parents);
  }
}
