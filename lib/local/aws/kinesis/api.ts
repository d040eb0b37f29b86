import { ConsumerRegistry } from './consumers.ts';
import { invalidArgument, resourceInUse, resourceNotFound, toApiError, unknownOperation } from './errors.ts';
import type { Input } from './input.ts';
import {
  optionalObject,
  optionalTags,
  optionalText,
  streamNameIn,
  streamNameOf,
  text,
  texts,
} from './input.ts';
import type { KinesaliteOperation, KinesaliteStore } from './kinesalite.ts';
import {
  closeStore,
  createStore,
  KINESALITE_OPERATIONS,
  perform,
  storedStream,
  whenActive,
} from './kinesalite.ts';
import { listedStream, listShards } from './list-shards.ts';
import type { SubscribeToShardEvent } from './shard-feed.ts';
import { shardFeed } from './shard-feed.ts';
import { findShard, presentShards } from './shards.ts';
import { shardStart, startAtTimestamp, timestampOf } from './starting-position.ts';
import { StreamChanges } from './stream-changes.ts';
import type { Lease, SubscriptionTimes } from './subscriptions.ts';
import { Subscriptions } from './subscriptions.ts';
import { updateShardCount } from './update-shard-count.ts';

/** Options of {@link KinesisApi}. */
export interface KinesisApiOptions {
  readonly times: SubscriptionTimes;
  /** How long a subscription is silent before it says that there is nothing, ms. */
  readonly heartbeatMs: number;
  /** The clock, milliseconds since 1970. */
  readonly now: () => number;
}

/** A subscription to a shard that has been granted, and what it brings. */
export interface ShardSubscription {
  readonly lease: Lease;
  readonly events: AsyncIterable<SubscribeToShardEvent>;
}

/** A new on-demand stream has 4 shards: https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html */
const ON_DEMAND_SHARDS = 4;

/** Kinesis Data Streams without a transport: kinesalite, and what it lacks. */
export class KinesisApi {
  readonly #store: KinesaliteStore = createStore();
  readonly #changes = new StreamChanges();
  readonly #onDemand = new Set<string>();
  readonly #options: KinesisApiOptions;
  readonly #consumers: ConsumerRegistry;
  readonly #subscriptions: Subscriptions;

  constructor(options: KinesisApiOptions) {
    this.#options = options;
    this.#consumers = new ConsumerRegistry(options.now);
    this.#subscriptions = new Subscriptions(options.times, options.now);
  }

  /**
   * Answers one request, but for SubscribeToShard.
   * @param operation for example `PutRecords`
   * @throws {ApiError} what is to be answered with status 400
   */
  async handle(operation: string, input: Input): Promise<object> {
    try {
      return await this.#dispatch(operation, input);
    } catch (error) {
      throw toApiError(error);
    }
  }

  /**
   * Subscribes a consumer to a shard. What LATEST means is settled by the time this resolves.
   * @throws {ApiError} what is to be answered with status 400
   */
  async subscribe(input: Input): Promise<ShardSubscription> {
    try {
      return await this.#subscribe(input);
    } catch (error) {
      throw toApiError(error);
    }
  }

  async close(): Promise<void> {
    this.#subscriptions.close();
    await closeStore(this.#store);
  }

  async #dispatch(operation: string, input: Input): Promise<object> {
    switch (operation) {
      case 'CreateStream':
        return await this.#createStream(input);
      case 'DeleteStream':
        return await this.#deleteStream(input);
      case 'DescribeStream':
      case 'DescribeStreamSummary':
        return await this.#describe(operation, input);
      case 'ListStreams':
        return await this.#listStreams(input);
      case 'ListShards':
        return await this.#listShards(input);
      case 'UpdateShardCount':
        return await this.#updateShardCount(input);
      case 'UpdateStreamMode':
        return await this.#updateStreamMode(input);
      case 'GetShardIterator':
        return await this.#getShardIterator(input);
      case 'RegisterStreamConsumer':
        await this.#existing(input);
        return this.#consumers.register(input);
      case 'DescribeStreamConsumer':
        return this.#consumers.describe(input);
      case 'ListStreamConsumers':
        await this.#existing(input);
        return this.#consumers.list(input);
      case 'DeregisterStreamConsumer':
        return this.#deregister(input);
      case 'TagResource':
      case 'UntagResource':
      case 'ListTagsForResource':
        return await this.#tag(operation, input);
      default:
        return await this.#kinesalite(operation, input);
    }
  }

  async #kinesalite(operation: string, input: Input): Promise<object> {
    const known = KINESALITE_OPERATIONS.find((name) => name === operation);
    if (!known) {
      throw unknownOperation(
        `${operation || 'The empty operation'} is not available: the embedded Kinesis has streams, shards, records, ` +
          'consumers and tags, but no encryption, metrics, policies or limits to ask for',
      );
    }
    const streamName = streamNameOf(input);
    const output = await perform(this.#store, known, named(input, streamName));
    if (streamName !== undefined && CHANGING.includes(known)) {
      if (RESHARDING.includes(known)) await whenActive(this.#store, streamName);
      this.#changes.notify(streamName);
    }
    return output;
  }

  async #createStream(input: Input): Promise<object> {
    const streamName = text(input, 'StreamName');
    const onDemand = isOnDemand(input);
    const ShardCount = input.ShardCount ?? (onDemand ? ON_DEMAND_SHARDS : undefined);
    await perform(this.#store, 'CreateStream', { StreamName: streamName, ShardCount });
    await whenActive(this.#store, streamName);
    if (onDemand) this.#onDemand.add(streamName);
    const tags = optionalTags(input, 'Tags') ?? {};
    if (Object.keys(tags).length > 0) {
      await perform(this.#store, 'AddTagsToStream', { StreamName: streamName, Tags: tags });
    }
    return {};
  }

  async #deleteStream(input: Input): Promise<object> {
    const streamName = await this.#existing(input);
    const consumers = this.#consumers.count(streamName);
    if (consumers > 0 && input.EnforceConsumerDeletion !== true) {
      throw resourceInUse(
        `Stream ${streamName} has ${consumers} consumers: deregister them, or set EnforceConsumerDeletion`,
      );
    }
    const output = await perform(this.#store, 'DeleteStream', { StreamName: streamName });
    for (const arn of this.#consumers.forget(streamName)) {
      this.#subscriptions.revoke(arn, resourceNotFound(`Stream ${streamName} has been deleted`));
    }
    this.#onDemand.delete(streamName);
    this.#changes.notify(streamName);
    return output;
  }

  async #describe(operation: 'DescribeStream' | 'DescribeStreamSummary', input: Input): Promise<object> {
    const streamName = await this.#existing(input);
    const stream = await storedStream(this.#store, streamName);
    const member = operation === 'DescribeStream' ? 'StreamDescription' : 'StreamDescriptionSummary';
    const output = await perform(this.#store, operation, { StreamName: streamName });
    const described = optionalObject({ ...output }, member);
    return {
      [member]: {
        ...described,
        ...(operation === 'DescribeStream' && { Shards: presentShards(stream, this.#options.now()) }),
        StreamModeDetails: { StreamMode: this.#onDemand.has(streamName) ? 'ON_DEMAND' : 'PROVISIONED' },
        ...(operation === 'DescribeStreamSummary' && { ConsumerCount: this.#consumers.count(streamName) }),
      },
    };
  }

  async #listStreams(input: Input): Promise<object> {
    const after = optionalText(input, 'NextToken') ?? optionalText(input, 'ExclusiveStartStreamName');
    const output = await perform(this.#store, 'ListStreams', { ...input, ExclusiveStartStreamName: after });
    const StreamNames = texts({ ...output }, 'StreamNames');
    const StreamSummaries = await Promise.all(
      StreamNames.map(async (name) => {
        const { StreamARN, StreamStatus, StreamCreationTimestamp } = await storedStream(this.#store, name);
        const StreamMode = this.#onDemand.has(name) ? 'ON_DEMAND' : 'PROVISIONED';
        return {
          StreamName: name,
          StreamARN,
          StreamStatus,
          StreamCreationTimestamp,
          StreamModeDetails: { StreamMode },
        };
      }),
    );
    const isMore = 'HasMoreStreams' in output && output.HasMoreStreams === true;
    return { ...output, StreamSummaries, ...(isMore && { NextToken: StreamNames.at(-1) }) };
  }

  async #listShards(input: Input): Promise<object> {
    const streamName = listedStream(input, streamNameOf(input));
    return listShards(await storedStream(this.#store, streamName), input, this.#options.now());
  }

  async #updateShardCount(input: Input): Promise<object> {
    const streamName = await this.#existing(input);
    if (this.#onDemand.has(streamName)) {
      throw invalidArgument(
        `Stream ${streamName} is on demand: only a provisioned one has a shard count to set`,
      );
    }
    try {
      return await updateShardCount(this.#store, streamName, input);
    } finally {
      this.#changes.notify(streamName);
    }
  }

  async #updateStreamMode(input: Input): Promise<object> {
    const streamName = await this.#existing(input);
    if (isOnDemand(input)) this.#onDemand.add(streamName);
    else this.#onDemand.delete(streamName);
    return {};
  }

  /** kinesalite does not answer at all when nothing came at the time or later. */
  async #getShardIterator(input: Input): Promise<object> {
    const streamName = await this.#existing(input);
    const named = { ...input, StreamName: streamName };
    if (text(input, 'ShardIteratorType') !== 'AT_TIMESTAMP') {
      return await perform(this.#store, 'GetShardIterator', named);
    }
    const seconds = timestampOf(input);
    if (seconds * 1_000 > this.#options.now()) {
      throw invalidArgument(
        `Timestamp is ${new Date(seconds * 1_000).toISOString()}: it must not be in the future`,
      );
    }
    const { index } = findShard(await storedStream(this.#store, streamName), text(input, 'ShardId'));
    const start = await startAtTimestamp(this.#store, streamName, index, seconds);
    return await perform(this.#store, 'GetShardIterator', {
      StreamName: streamName,
      ShardId: text(input, 'ShardId'),
      ...(start.from === 'start'
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : {
            ShardIteratorType: start.from === 'at' ? 'AT_SEQUENCE_NUMBER' : 'AFTER_SEQUENCE_NUMBER',
            StartingSequenceNumber: start.sequenceNumber,
          }),
    });
  }

  #deregister(input: Input): object {
    const { ConsumerARN: arn } = this.#consumers.deregister(input);
    this.#subscriptions.revoke(arn, resourceNotFound(`Consumer ${arn} has been deregistered`));
    return {};
  }

  async #tag(
    operation: 'TagResource' | 'UntagResource' | 'ListTagsForResource',
    input: Input,
  ): Promise<object> {
    const arn = text(input, 'ResourceARN');
    if (arn.includes('/consumer/')) {
      const tags = this.#consumers.tags(arn);
      if (operation === 'TagResource') {
        for (const [key, value] of Object.entries(optionalTags(input, 'Tags') ?? {})) tags.set(key, value);
      }
      if (operation === 'UntagResource') for (const key of texts(input, 'TagKeys')) tags.delete(key);
      if (operation !== 'ListTagsForResource') return {};
      return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
    }
    const StreamName = streamNameIn(arn, 'ResourceARN');
    switch (operation) {
      case 'TagResource':
        return await perform(this.#store, 'AddTagsToStream', { StreamName, Tags: input.Tags });
      case 'UntagResource':
        return await perform(this.#store, 'RemoveTagsFromStream', { StreamName, TagKeys: input.TagKeys });
      case 'ListTagsForResource': {
        const output = await perform(this.#store, 'ListTagsForStream', { StreamName });
        return { Tags: 'Tags' in output ? output.Tags : [] };
      }
    }
  }

  async #subscribe(input: Input): Promise<ShardSubscription> {
    const { ConsumerARN, StreamARN } = this.#consumers.find({ ConsumerARN: text(input, 'ConsumerARN') });
    const shardId = text(input, 'ShardId');
    const position = optionalObject(input, 'StartingPosition');
    if (!position) throw invalidArgument('StartingPosition is missing: it is required');

    const streamName = streamNameIn(StreamARN, 'StreamARN');
    const found = findShard(await storedStream(this.#store, streamName), shardId);
    const start = await shardStart(this.#store, streamName, found, position);
    const lease = this.#subscriptions.grant(ConsumerARN, shardId);
    const { heartbeatMs, now } = this.#options;
    return {
      lease,
      events: shardFeed(
        { streamName, shardId, start },
        { store: this.#store, changes: this.#changes, now, signal: lease.signal, heartbeatMs },
      ),
    };
  }

  /** @throws {ApiError} ResourceNotFoundException, ValidationException */
  async #existing(input: Input): Promise<string> {
    const streamName = streamNameOf(input) ?? text(input, 'StreamName');
    await storedStream(this.#store, streamName);
    return streamName;
  }
}

const CHANGING: readonly KinesaliteOperation[] = ['PutRecord', 'PutRecords', 'SplitShard', 'MergeShards'];
const RESHARDING: readonly KinesaliteOperation[] = ['SplitShard', 'MergeShards'];

/** By name: kinesalite knows no ARNs. */
function named(input: Input, streamName: string | undefined): Input {
  return streamName === undefined ? input : { ...input, StreamName: streamName };
}

function isOnDemand(input: Input): boolean {
  const details = optionalObject(input, 'StreamModeDetails');
  const mode = details && text(details, 'StreamMode');
  if (mode === undefined || mode === 'PROVISIONED') return false;
  if (mode === 'ON_DEMAND') return true;
  throw invalidArgument(`StreamMode is ${mode}: it must be PROVISIONED or ON_DEMAND`);
}
