import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { Backoff } from './backoff.ts';
import { LAMBDA_BACKOFF } from './backoff.ts';
import type { CheckpointStore } from './checkpoint.ts';
import { InMemoryCheckpointStore } from './checkpoint.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { DestinationClients } from './destination.ts';
import { createDestination } from './destination.ts';
import { Engine } from './engine.ts';
import { MappingSettingsError } from './errors.ts';
import type { OnEvent } from './events.ts';
import type { EventSourceMappingSettings, MappingSettings } from './settings.ts';
import { parseSettings } from './settings.ts';
import type { Invoke } from './shard-context.ts';
import { DynamoDbSource } from './sources/dynamodb.ts';
import { KinesisSource } from './sources/kinesis.ts';
import type { ShardSource } from './sources/source.ts';
import type { ShardStats } from './stats.ts';

/** Options of {@link startEventSourceMapping}. */
export interface EventSourceMappingOptions {
  readonly mapping: EventSourceMappingSettings;
  /** For a Kinesis stream. */
  readonly kinesis?: KinesisClient;
  /** For a DynamoDB stream. */
  readonly dynamodbStreams?: DynamoDBStreamsClient;
  /** Where shards are read instead, of whatever stream that is. */
  readonly source?: ShardSource;
  /** For the on-failure destination, if there is one. */
  readonly destinations?: DestinationClients;
  readonly invoke: Invoke;
  /** The role in the `invokeIdentityArn` of Kinesis event records. */
  readonly invokeIdentityArn?: string;
  /** In memory unless given. */
  readonly checkpoints?: CheckpointStore;
  readonly backoff?: Backoff;
  readonly clock?: Clock;
  /** Numbers from 0 up to 1, for request ids and the jitter of pauses. */
  readonly random?: () => number;
  /** Must not throw. */
  readonly onEvent?: OnEvent;
}

/** An event source mapping that runs. */
export interface EventSourceMappingHandle {
  /**
   * Resolves when the shards have been found and their starting positions fixed: what is put from then on is read, with
   * LATEST too. Rejects when the stream cannot be listed; the mapping has then stopped.
   */
  ready(): Promise<void>;
  /**
   * Resolves once every shard has been read to its tip, as it was at the call or later, and all that was read has
   * succeeded or been given up. Rejects when the mapping stops before. A batch that is retried for ever is never dealt
   * with.
   */
  drained(): Promise<void>;
  /** By shard, in the order in which they were found. */
  stats(): readonly ShardStats[];
  /**
   * Stops. An invocation under way is waited for and its checkpoint kept; with `abort`, its signal fires, and whatever
   * it answers is ignored, so that its records would come again.
   */
  stop(options?: { readonly abort?: boolean }): Promise<void>;
}

/**
 * Starts an event source mapping: polls the stream and invokes the function with what comes, as Lambda does.
 * @throws {MappingSettingsError} for settings that AWS would refuse, or a client that is missing
 * @throws {UnsupportedSettingError} for settings that cannot be honoured
 * @example
 * const mapping = startEventSourceMapping({
 *   mapping: {
 *     EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
 *     FunctionName: 'aggregate',
 *     StartingPosition: 'TRIM_HORIZON',
 *     FunctionResponseTypes: ['ReportBatchItemFailures'],
 *   },
 *   kinesis,
 *   invoke: (event) => handler(event),
 * });
 * await mapping.drained();
 * await mapping.stop();
 */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMappingHandle {
  const { clock = systemClock, random = Math.random, onEvent = () => undefined } = options;
  const settings = parseSettings(options.mapping);
  const stopping = new AbortController();
  const aborting = new AbortController();
  const engine = new Engine(
    {
      settings,
      source: options.source ?? createSource(settings, options),
      invoke: options.invoke,
      sendFailure: settings.onFailure && createDestination(settings.onFailure, options.destinations ?? {}),
      checkpoints: options.checkpoints ?? new InMemoryCheckpointStore(),
      clock,
      random,
      backoff: options.backoff ?? LAMBDA_BACKOFF,
      stopping: stopping.signal,
      aborting: aborting.signal,
    },
    stopping,
    onEvent,
  );
  const started = settings.enabled ? engine.start() : Promise.resolve();
  // Whoever asks is told; nobody has to ask.
  started.catch(() => undefined);
  return {
    ready: () => started,
    drained: () => (settings.enabled ? engine.drained() : Promise.resolve()),
    stats: () => engine.stats(),
    stop: async ({ abort = false } = {}) => {
      if (abort) aborting.abort();
      await engine.stop();
      await started.catch(() => undefined);
    },
  };
}

function createSource(settings: MappingSettings, options: EventSourceMappingOptions): ShardSource {
  const { sourceArn, batchSize } = settings;
  if (settings.source === 'dynamodb') {
    if (options.dynamodbStreams) return new DynamoDbSource(options.dynamodbStreams, sourceArn.text);
    throw missingClient(sourceArn.text, 'dynamodbStreams');
  }
  if (!options.kinesis) throw missingClient(sourceArn.text, 'kinesis');
  return new KinesisSource(options.kinesis, sourceArn, {
    batchSize,
    invokeIdentityArn:
      options.invokeIdentityArn ?? `arn:${sourceArn.partition}:iam::${sourceArn.account}:role/lambda`,
  });
}

function missingClient(arn: string, option: string): MappingSettingsError {
  return new MappingSettingsError(`EventSourceArn is ${arn}: pass a client for it as ${option}`);
}
