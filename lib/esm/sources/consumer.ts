import type { KinesisClient, StartingPosition } from '@aws-sdk/client-kinesis';
import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import type { Arn } from '../arn.ts';
import type { Clock } from '../clock.ts';
import { ExpiredIteratorError } from '../errors.ts';
import type { Consumer } from './consumer-arn.ts';
import { kinesisRecord } from './kinesis-event.ts';
import { listKinesisShards, withSignal } from './kinesis-shards.ts';
import { isEndOfShard, ShardSubscription } from './shard-subscription.ts';
import type { Page, Position, Shard, ShardSource } from './source.ts';

/** What a {@link ConsumerSource} is made with. */
export interface ConsumerSourceOptions {
  readonly consumer: Consumer;
  readonly invokeIdentityArn: string;
  readonly clock: Clock;
}

interface Subscribed {
  readonly iterator: string;
  readonly subscription: ShardSubscription;
}

/**
 * A Kinesis data stream, read through a consumer by enhanced fan-out: Kinesis pushes the records of each shard over a
 * connection, and takes no part in the throughput that others share.
 *
 * In an event, `eventSourceARN` is what the mapping's EventSourceArn is, the consumer's: AWS calls both the ARN of the
 * event source, and shows no event of a consumer.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 * @see https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
 */
export class ConsumerSource implements ShardSource {
  readonly batchInfoName = 'KinesisBatchInfo';
  readonly #client: KinesisClient;
  readonly #arn: Arn;
  readonly #options: ConsumerSourceOptions;
  readonly #subscribed = new Map<string, Subscribed>();
  #iterators = 0;
  #notify: (shardId: string) => void = () => undefined;

  /** @param arn the consumer's */
  constructor(client: KinesisClient, arn: Arn, options: ConsumerSourceOptions) {
    this.#client = client;
    this.#arn = arn;
    this.#options = options;
  }

  listen(notify: (shardId: string) => void): void {
    this.#notify = notify;
  }

  listShards(signal?: AbortSignal): Promise<readonly Shard[]> {
    return listKinesisShards(this.#client, this.#options.consumer.streamName, signal);
  }

  /** Subscribes; the iterator stands for the subscription, however often that is renewed. */
  async getIterator(shardId: string, position: Position, signal?: AbortSignal): Promise<string> {
    this.#subscribed.get(shardId)?.subscription.close();
    const subscription = new ShardSubscription(
      {
        client: this.#client,
        consumerArn: this.#arn.text,
        shardId,
        clock: this.#options.clock,
        notify: () => {
          this.#notify(shardId);
        },
      },
      startingPosition(position),
    );
    await subscription.open(signal);
    this.#iterators += 1;
    const iterator = `${shardId}/${this.#iterators}`;
    this.#subscribed.set(shardId, { iterator, subscription });
    return iterator;
  }

  /** What was pushed first of what has not been given yet; an empty page, without waiting, when nothing was. */
  async getRecords(shardId: string, iterator: string, signal?: AbortSignal): Promise<Page> {
    const subscription = this.#at(shardId, iterator);
    const event = await subscription.take(signal);
    if (!event) return { records: [], nextIterator: iterator, behindMs: subscription.behindMs };
    const context = {
      shardId,
      eventSourceArn: this.#arn.text,
      region: this.#arn.region,
      invokeIdentityArn: this.#options.invokeIdentityArn,
    };
    return {
      records: (event.Records ?? []).map((record) => kinesisRecord(record, context)),
      nextIterator: isEndOfShard(event) ? undefined : iterator,
      behindMs: event.MillisBehindLatest ?? 0,
    };
  }

  /** What is on its way over the connection has not come yet: the shard is asked whether there is anything. */
  async isAtTip(shardId: string, iterator: string, signal?: AbortSignal): Promise<boolean> {
    const { next: position, waiting } = this.#at(shardId, iterator);
    if (waiting > 0) return false;
    const { Type, SequenceNumber, Timestamp } = position;
    const { ShardIterator: first } = await this.#client.send(
      new GetShardIteratorCommand({
        StreamName: this.#options.consumer.streamName,
        ShardId: shardId,
        // The record itself is told from what comes after it below.
        ShardIteratorType: Type === 'AFTER_SEQUENCE_NUMBER' ? 'AT_SEQUENCE_NUMBER' : Type,
        ...(SequenceNumber !== undefined && { StartingSequenceNumber: SequenceNumber }),
        ...(Timestamp && { Timestamp }),
      }),
      withSignal(signal),
    );
    // A page may be empty though records follow.
    for (let next = first; next !== undefined;) {
      const page = await this.#client.send(
        new GetRecordsCommand({ ShardIterator: next, Limit: 2 }),
        withSignal(signal),
      );
      const later = (page.Records ?? []).filter((record) => record.SequenceNumber !== SequenceNumber);
      if (later.length > 0) return false;
      if (page.NextShardIterator !== undefined && page.MillisBehindLatest === 0) return true;
      next = page.NextShardIterator;
    }
    // The shard is closed, which the subscription has yet to tell.
    return false;
  }

  #at(shardId: string, iterator: string): ShardSubscription {
    const subscribed = this.#subscribed.get(shardId);
    if (subscribed?.iterator === iterator) return subscribed.subscription;
    throw new ExpiredIteratorError(`Another subscription to ${shardId} has taken the place of ${iterator}`);
  }
}

function startingPosition(position: Position): StartingPosition {
  return {
    Type: position.type,
    ...('sequenceNumber' in position && { SequenceNumber: position.sequenceNumber }),
    ...(position.type === 'AT_TIMESTAMP' && { Timestamp: new Date(position.timestampMs) }),
  };
}
