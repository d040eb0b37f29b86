import type {
  KinesisClient,
  StartingPosition,
  SubscribeToShardEvent,
  SubscribeToShardEventStream,
} from '@aws-sdk/client-kinesis';
import { SubscribeToShardCommand } from '@aws-sdk/client-kinesis';
import type { Clock } from '../clock.ts';
import { PushedEvents } from './pushed-events.ts';

/**
 * AWS: one call a second for a consumer and shard, and for 5 seconds after one that succeeded no other does.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
 */
const PAUSE_MS = 1_000;
const ATTEMPTS = 7;

/** Events that may wait to be taken; Kinesis sends no more meanwhile. */
const MOST_WAITING = 4;

/** What a subscription needs to know of its shard. */
export interface SubscriptionTarget {
  readonly client: KinesisClient;
  readonly consumerArn: string;
  readonly shardId: string;
  readonly clock: Clock;
  /** Called when something has come, or the subscription has ended. */
  readonly notify: () => void;
}

/**
 * A consumer's subscription to one shard, which is renewed from where it was as often as it ends: after 5 minutes, or
 * when the connection breaks.
 */
export class ShardSubscription {
  readonly #target: SubscriptionTarget;
  readonly #events = new PushedEvents(MOST_WAITING);
  #next: StartingPosition;
  #connection: AbortController | undefined;
  #failure: Error | undefined;
  #ended = false;
  #behindMs = Infinity;

  constructor(target: SubscriptionTarget, start: StartingPosition) {
    this.#target = target;
    this.#next = start;
  }

  /** Events that wait to be taken. */
  get waiting(): number {
    return this.#events.size;
  }

  /** Where a subscription that took the place of this one would begin. */
  get next(): StartingPosition {
    return this.#next;
  }

  /** How far the last event was from the newest record, ms; Infinity before there is one. */
  get behindMs(): number {
    return this.#behindMs;
  }

  /**
   * The oldest event that is waiting. Undefined when there is none, having subscribed if need be.
   * @throws what the subscription ended with, once, or what it cannot be renewed for
   */
  async take(signal?: AbortSignal): Promise<SubscribeToShardEvent | undefined> {
    const event = this.#events.take();
    if (event) return event;
    if (this.#failure !== undefined) {
      const failure = this.#failure;
      this.#failure = undefined;
      throw failure;
    }
    await this.open(signal);
    return undefined;
  }

  /** Subscribes, unless it is subscribed: what LATEST means is settled by the time this resolves. */
  async open(signal?: AbortSignal): Promise<void> {
    if (this.#connection || this.#ended) return;
    const connection = new AbortController();
    this.#connection = connection;
    const abort = (): void => {
      this.close();
    };
    signal?.addEventListener('abort', abort, { once: true });
    connection.signal.addEventListener('abort', () => signal?.removeEventListener('abort', abort));
    try {
      signal?.throwIfAborted();
      const events = await this.#subscribe(connection.signal);
      void this.#receive(events, connection);
    } catch (error) {
      this.#disconnect(connection);
      throw error;
    }
  }

  /** Ends the connection; what is waiting can still be taken, and then it is renewed. */
  close(): void {
    if (this.#connection) this.#disconnect(this.#connection);
  }

  async #subscribe(signal: AbortSignal): Promise<AsyncIterable<SubscribeToShardEventStream>> {
    const { client, clock, consumerArn: ConsumerARN, shardId: ShardId } = this.#target;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const command = new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition: this.#next });
        const { EventStream } = await client.send(command, { abortSignal: signal });
        return EventStream ?? nothing();
      } catch (error) {
        if (!isHeld(error) || attempt === ATTEMPTS || signal.aborted) throw error;
        await clock.sleep(PAUSE_MS, signal);
      }
    }
  }

  /** Never rejects: what went wrong is told to who takes next. */
  async #receive(
    events: AsyncIterable<SubscribeToShardEventStream>,
    connection: AbortController,
  ): Promise<void> {
    try {
      for await (const { SubscribeToShardEvent: event } of events) {
        if (connection.signal.aborted) break;
        if (event) await this.#accept(event);
      }
    } catch (error) {
      if (!connection.signal.aborted) this.#failure = toError(error);
    }
    this.#disconnect(connection);
    this.#target.notify();
  }

  #accept(event: SubscribeToShardEvent): Promise<void> {
    const { ContinuationSequenceNumber: SequenceNumber, MillisBehindLatest = 0 } = event;
    this.#behindMs = MillisBehindLatest;
    if (SequenceNumber !== undefined) this.#next = { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber };
    if (isEndOfShard(event)) this.#ended = true;
    const room = this.#events.push(event);
    this.#target.notify();
    return room;
  }

  #disconnect(connection: AbortController): void {
    if (this.#connection === connection) this.#connection = undefined;
    connection.abort();
    this.#events.release();
  }
}

/** The last event of a closed shard names its children, and nothing to continue from. */
export function isEndOfShard({
  ChildShards = [],
  ContinuationSequenceNumber,
}: SubscribeToShardEvent): boolean {
  return ChildShards.length > 0 || ContinuationSequenceNumber === undefined;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function isHeld(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'ResourceInUseException' || error.name === 'LimitExceededException')
  );
}

async function* nothing(): AsyncGenerator<SubscribeToShardEventStream, void, undefined> {
  // An answer without a stream is one that has ended.
}
