import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { HandlerModule } from '../lambda/module-invoke.ts';
import { createModuleInvoke } from '../lambda/module-invoke.ts';
import type { Backoff } from './backoff.ts';
import { LAMBDA_BACKOFF } from './backoff.ts';
import type { CheckpointStore } from './checkpoint.ts';
import { InMemoryCheckpointStore } from './checkpoint.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { DestinationClients } from './destination.ts';
import type { SendFailure } from './destination.ts';
import { createDestination } from './destination.ts';
import { Engine } from './engine.ts';
import { MappingSettingsError } from './errors.ts';
import type { OnEvent } from './events.ts';
import type { Handler } from './handler-invoke.ts';
import { createHandlerInvoke } from './handler-invoke.ts';
import { mappingUuid } from './mapping-uuid.ts';
import type { EventSourceMappingSettings, MappingChange, MappingSettings } from './settings.ts';
import { changeMapping, parseSettings } from './settings.ts';
import type { Invoke } from './shard-context.ts';
import { ConsumerSource } from './sources/consumer.ts';
import { DynamoDbSource } from './sources/dynamodb.ts';
import { KinesisSource } from './sources/kinesis.ts';
import type { ShardSource } from './sources/source.ts';
import type { ShardStats } from './stats.ts';
import { WINDOW_WAIT_MS } from './tumbling-window.ts';

/** Options of {@link startEventSourceMapping}. */
export interface EventSourceMappingOptions {
  readonly mapping: EventSourceMappingSettings;
  /** For a Kinesis stream, or a consumer of one. */
  readonly kinesis?: KinesisClient;
  /** For a DynamoDB stream. */
  readonly dynamodbStreams?: DynamoDBStreamsClient;
  /** Where shards are read instead, of whatever stream that is. */
  readonly source?: ShardSource;
  /** For the on-failure destination, if there is one. */
  readonly destinations?: DestinationClients;
  /** The mapping's UUID, in the keys of a bucket's objects; made from the stream and the function unless given. */
  readonly uuid?: string;
  /** Invokes the function; either this or `handler` has to be there. */
  readonly invoke?: Invoke;
  /** The function's handler, called in this process, or the module that it is in, run as Lambda would. */
  readonly handler?: Handler | HandlerModule;
  /** Of a handler; 3,000 unless given, as on AWS. */
  readonly timeoutMs?: number;
  /** Of a handler, which is told of it; 128 unless given, as on AWS. */
  readonly memoryMb?: number;
  /** The role in the `invokeIdentityArn` of Kinesis event records. */
  readonly invokeIdentityArn?: string;
  /** In memory unless given: a {@link FileCheckpointStore} lets a mapping go on where it was when the process ended. */
  readonly checkpoints?: CheckpointStore;
  readonly backoff?: Backoff;
  /** How long past its end a tumbling window that nothing follows stays open, ms; 2 minutes unless given, as on AWS. */
  readonly windowWaitMs?: number;
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
   * with. A mapping that is disabled has nothing to do: it resolves at once, also when it is disabled meanwhile. Tumbling
   * windows that are still open do not count.
   */
  drained(): Promise<void>;
  /** By shard, in the order in which they were found. */
  stats(): readonly ShardStats[];
  /** Whether it reads, or is about to. */
  readonly enabled: boolean;
  /**
   * Pauses as AWS does with `Enabled: false`: resolves when the invocations under way have ended. The positions are kept.
   * No-op when it is disabled.
   */
  disable(): Promise<void>;
  /**
   * Goes on where it was disabled, or begins if it has never been enabled; resolves as {@link ready} does. No-op when it
   * is enabled.
   * @throws {EngineStoppedError} when it has been stopped
   */
  enable(): Promise<void>;
  /**
   * Changes settings without losing the positions, as UpdateEventSourceMapping does: those that are not given stay as they
   * are. Invocations under way are waited for; a batch that is being retried is read and counted anew.
   * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
   * @throws {MappingSettingsError} for a value that AWS would refuse, and nothing is changed
   * @example await mapping.update({ BatchSize: 500, FilterCriteria: { Filters: [] } });
   */
  update(change: MappingChange): Promise<void>;
  /**
   * Stops. An invocation under way is waited for and its checkpoint kept; with `abort`, its signal fires, and whatever
   * it answers is ignored, so that its records would come again.
   */
  stop(options?: { readonly abort?: boolean }): Promise<void>;
}

/**
 * Starts an event source mapping: polls the stream and invokes the function with what comes, as Lambda does. With
 * `Enabled: false` it does so only once it is enabled.
 * @throws {MappingSettingsError} for settings that AWS would refuse, or a client that is missing
 * @example
 * const mapping = startEventSourceMapping({
 *   mapping: {
 *     EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
 *     FunctionName: 'aggregate',
 *     StartingPosition: 'TRIM_HORIZON',
 *     FunctionResponseTypes: ['ReportBatchItemFailures'],
 *   },
 *   kinesis,
 *   handler: async (event) => ({ batchItemFailures: await fold(event) }),
 * });
 * await mapping.drained();
 * await mapping.stop();
 */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMappingHandle {
  const { clock = systemClock, random = Math.random, onEvent = () => undefined } = options;
  let { mapping } = options;
  const settings = parseSettings(mapping, clock.now());
  const source = options.source ?? createSource(settings, options);
  const sendFailure = createSendFailure(settings, options);
  const { invoke, close } = createInvoke(settings, options, clock);
  const engine = new Engine(
    {
      settings,
      source,
      invoke,
      sendFailure,
      checkpoints: options.checkpoints ?? new InMemoryCheckpointStore(),
      clock,
      random,
      backoff: options.backoff ?? LAMBDA_BACKOFF,
      windowWaitMs: options.windowWaitMs ?? WINDOW_WAIT_MS,
    },
    onEvent,
  );
  const started = settings.enabled ? engine.enable() : Promise.resolve();
  // Whoever asks is told; nobody has to ask.
  started.catch(() => undefined);
  return {
    ready: () => started,
    drained: () => engine.drained(),
    stats: () => engine.stats(),
    get enabled() {
      return engine.enabled;
    },
    enable: () => engine.enable(),
    disable: () => engine.disable(),
    update: async (change) => {
      const changed = changeMapping(mapping, change);
      const settings = parseSettings(changed, clock.now());
      const sendFailure = createSendFailure(settings, options);
      mapping = changed;
      // Together: what else is asked for meanwhile comes before all of it or after.
      await Promise.all([
        ...(change.Enabled === false ? [engine.disable()] : []),
        engine.update((context) => ({ ...context, settings, sendFailure })),
        ...(change.Enabled === true ? [engine.enable()] : []),
      ]);
    },
    stop: async ({ abort = false } = {}) => {
      try {
        await engine.stop({ abort });
      } finally {
        await close();
      }
      await started.catch(() => undefined);
    },
  };
}

function createSendFailure(
  { onFailure, sourceArn, functionArn }: MappingSettings,
  { destinations = {}, uuid, random = Math.random }: EventSourceMappingOptions,
): SendFailure | undefined {
  if (!onFailure) return undefined;
  return createDestination(onFailure, destinations, {
    uuid: uuid ?? mappingUuid(sourceArn.text, functionArn),
    random,
  });
}

function createInvoke(
  { functionArn }: MappingSettings,
  { invoke, handler, timeoutMs = 3_000, memoryMb = 128 }: EventSourceMappingOptions,
  clock: Clock,
): { readonly invoke: Invoke; readonly close: () => Promise<void> } {
  const close = (): Promise<void> => Promise.resolve();
  if (invoke && handler) {
    throw new MappingSettingsError(
      'invoke and handler are both given: a mapping has one function, remove either',
    );
  }
  if (invoke) return { invoke, close };
  if (typeof handler === 'function') {
    return { invoke: createHandlerInvoke(handler, { functionArn, timeoutMs, memoryMb, clock }), close };
  }
  if (handler) return createModuleInvoke({ arn: functionArn, timeoutMs, memoryMb, ...handler });
  throw new MappingSettingsError(
    'invoke and handler are missing: give one of them, for the function to be invoked',
  );
}

function createSource(settings: MappingSettings, options: EventSourceMappingOptions): ShardSource {
  const { sourceArn, batchSize, consumer } = settings;
  if (settings.source === 'dynamodb') {
    if (options.dynamodbStreams) return new DynamoDbSource(options.dynamodbStreams, sourceArn.text);
    throw missingClient(sourceArn.text, 'dynamodbStreams');
  }
  if (!options.kinesis) throw missingClient(sourceArn.text, 'kinesis');
  const {
    clock = systemClock,
    invokeIdentityArn = `arn:${sourceArn.partition}:iam::${sourceArn.account}:role/lambda`,
  } = options;
  if (consumer) {
    return new ConsumerSource(options.kinesis, sourceArn, { consumer, invokeIdentityArn, clock });
  }
  return new KinesisSource(options.kinesis, sourceArn, { batchSize, invokeIdentityArn });
}

function missingClient(arn: string, option: string): MappingSettingsError {
  return new MappingSettingsError(`EventSourceArn is ${arn}: pass a client for it as ${option}`);
}
