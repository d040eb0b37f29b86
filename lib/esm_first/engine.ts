import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { GetQueueUrlCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { memoryCheckpoints, type Checkpoints } from './checkpoints.ts';
import { systemClock, type Clock } from './clock.ts';
import { MappingError } from './errors.ts';
import type { EngineEvent } from './events.ts';
import type { Invoke } from './invoke.ts';
import { readSettings, type Mapping, type Settings } from './settings.ts';
import { ShardLoop, type ShardContext } from './shard-loop.ts';
import type { Position, Shard, ShardSource } from './source.ts';
import { DynamoDbSource } from './sources/dynamodb.ts';
import { KinesisSource } from './sources/kinesis.ts';

/** What an event source mapping works with. */
export interface EventSourceMappingOptions {
  readonly mapping: Mapping;
  readonly invoke: Invoke;
  readonly clients: {
    readonly kinesis?: KinesisClient;
    readonly dynamodbStreams?: DynamoDBStreamsClient;
    /** For the on-failure destination. */
    readonly sqs?: SQSClient;
  };
  /** The function's role, as it stands in records of Kinesis. */
  readonly roleArn?: string;
  readonly checkpoints?: Checkpoints;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly onEvent?: (event: EngineEvent) => void;
}

/** A mapping at work. */
export interface EventSourceMapping {
  readonly settings: Settings;
  /** Whether every shard has been read to its tip and every record dealt with. */
  drained(): boolean;
  /** Ends polling once the invocations under way are over. */
  stop(): Promise<void>;
}

const DISCOVERY_MS = 1_000;

/**
 * Starts an event source mapping: polls the stream's shards and invokes the function with batches, as Lambda does.
 * Each shard is read in order with one invocation at a time; a shard is begun once its parents are done.
 *
 * @throws {MappingError} if the mapping has settings that cannot be honoured, or lacks a client
 * @example
 * const mapping = startEventSourceMapping({
 *   mapping: { EventSourceArn: streamArn, FunctionName: functionArn, StartingPosition: 'TRIM_HORIZON', BatchSize: 100 },
 *   invoke: async (event) => ({ requestId: randomUUID(), answer: await handler(event) }),
 *   clients: { kinesis },
 * });
 * await mapping.stop();
 */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const settings = readSettings(options.mapping);
  const stopping = new AbortController();
  const context: ShardContext = {
    settings,
    source: openSource(settings, options),
    invoke: options.invoke,
    checkpoints: options.checkpoints ?? memoryCheckpoints(),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    signal: stopping.signal,
    sendFailure: failureSender(settings, options.clients.sqs),
    onEvent: options.onEvent ?? (() => undefined),
  };
  const engine = new Engine(context);
  const running = settings.enabled ? engine.run() : Promise.resolve();
  return {
    settings,
    drained: () => !settings.enabled || engine.drained,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

class Engine {
  readonly #context: ShardContext;
  readonly #loops = new Map<string, { readonly loop: ShardLoop; readonly done: Promise<void> }>();
  #discovered = false;

  constructor(context: ShardContext) {
    this.#context = context;
  }

  get drained(): boolean {
    return this.#discovered && [...this.#loops.values()].every(({ loop }) => loop.drained);
  }

  async run(): Promise<void> {
    const { clock, signal, onEvent } = this.#context;
    while (!signal.aborted) {
      try {
        await this.#discover();
      } catch (error) {
        if (!signal.aborted) onEvent({ type: 'trouble', shard: '', error });
      }
      await clock.sleep(DISCOVERY_MS, signal);
    }
    await Promise.all([...this.#loops.values()].map(({ done }) => done));
  }

  async #discover(): Promise<void> {
    const shards = await this.#context.source.shards();
    const known = new Set(shards.map((shard) => shard.id));
    for (const shard of shards) {
      if (this.#loops.has(shard.id) || !this.#parentsDone(shard, known)) continue;
      const loop = new ShardLoop(shard.id, this.#startOf(shard, known), this.#context);
      this.#loops.set(shard.id, { loop, done: loop.run() });
    }
    this.#discovered = true;
  }

  // A parent that the stream no longer lists has been trimmed.
  #parentsDone(shard: Shard, known: ReadonlySet<string>): boolean {
    return shard.parents.every(
      (parent) => !known.has(parent) || this.#loops.get(parent)?.loop.ended === true,
    );
  }

  /** A shard that came out of one that was read is read whole, or records between the two would be lost. */
  #startOf(shard: Shard, known: ReadonlySet<string>): Position {
    const { startingPosition, startingTime } = this.#context.settings;
    if (shard.parents.some((parent) => known.has(parent)) || this.#discovered)
      return { type: 'TRIM_HORIZON' };
    if (startingPosition === 'AT_TIMESTAMP') return { type: 'AT_TIMESTAMP', time: startingTime ?? 0 };
    return { type: startingPosition };
  }
}

function openSource(settings: Settings, { clients, roleArn = '' }: EventSourceMappingOptions): ShardSource {
  const { kinesis, dynamodbStreams } = clients;
  if (settings.source === 'kinesis' && kinesis !== undefined)
    return new KinesisSource(kinesis, settings.streamArn, roleArn);
  if (settings.source === 'dynamodb' && dynamodbStreams !== undefined)
    return new DynamoDbSource(dynamodbStreams, settings.streamArn);
  throw new MappingError(
    'EventSourceArn',
    `is of ${settings.source}, for which no client was given`,
    'give clients.kinesis or clients.dynamodbStreams',
  );
}

function failureSender(settings: Settings, sqs: SQSClient | undefined): ShardContext['sendFailure'] {
  const { onFailureArn: arn } = settings;
  if (arn === undefined) return () => Promise.resolve();
  if (sqs === undefined) {
    throw new MappingError(
      'DestinationConfig.OnFailure',
      'is a queue, for which no client was given',
      'give clients.sqs',
    );
  }
  let url: Promise<string | undefined> | undefined;
  return async (message) => {
    url ??= sqs
      .send(new GetQueueUrlCommand({ QueueName: arn.slice(arn.lastIndexOf(':') + 1) }))
      .then((answer) => answer.QueueUrl);
    await sqs.send(new SendMessageCommand({ QueueUrl: await url, MessageBody: JSON.stringify(message) }));
  };
}
