import { DYNALITE_OPERATIONS } from './dynalite.ts';
import type { Engine } from './engine.ts';
import { createEngine } from './engine.ts';
import { unknownOperation } from './errors.ts';
import type { StreamDefaults } from './stream-registry.ts';
import { StreamRegistry } from './stream-registry.ts';
import { streamsApi } from './streams-api.ts';
import { TABLE_OPERATIONS, tablesApi } from './tables-api.ts';
import { TimeToLive } from './time-to-live.ts';

const DYNAMODB_TARGET = 'DynamoDB_20120810';
const STREAMS_TARGET = 'DynamoDBStreams_20120810';

/** DynamoDB and DynamoDB Streams, without a transport. */
export interface DynamoDbApi {
  /**
   * Answers one request.
   * @param target - the header x-amz-target: `DynamoDB_20120810.PutItem`
   * @param input - the parsed body, which is taken over
   * @returns the body of the answer, JSON
   * @throws {ApiError} what is to be answered with status 400
   */
  handle(target: string, input: object): Promise<string>;
  /** Deletes the items whose time to live is over. */
  expireItems(): Promise<void>;
  close(): Promise<void>;
}

/** @param now - the clock, in milliseconds since 1970 */
export function createDynamoDbApi(defaults: StreamDefaults, now: () => number = Date.now): DynamoDbApi {
  const streams = new StreamRegistry(defaults, now);
  const engine = createEngine((table, change, key) => {
    streams.record(table, change);
    timeToLive.record(table, change, key);
  });
  const timeToLive = new TimeToLive(engine, now);

  return {
    handle: async (target, input) => {
      const [service, operation = ''] = target.split('.');
      if (service === STREAMS_TARGET) return streamsApi(operation, input, streams, now());
      if (service === DYNAMODB_TARGET) {
        return JSON.stringify(await tablesAndItems(operation, input, { engine, streams, timeToLive }));
      }
      throw unknownOperation(
        `x-amz-target is ${target || 'missing'}: only DynamoDB and DynamoDB Streams are here`,
      );
    },
    expireItems: () => timeToLive.sweep(),
    close: () => engine.close(),
  };
}

interface Parts {
  readonly engine: Engine;
  readonly streams: StreamRegistry;
  readonly timeToLive: TimeToLive;
}

async function tablesAndItems(operation: string, input: object, parts: Parts): Promise<object> {
  const { engine, streams, timeToLive } = parts;
  if (operation === 'UpdateTimeToLive') return timeToLive.update(input);
  if (operation === 'DescribeTimeToLive') return timeToLive.describe(input);

  const onTable = TABLE_OPERATIONS.find((known) => known === operation);
  if (onTable) {
    // Before the table is gone, so that nothing in it is expired any more.
    if (onTable === 'DeleteTable' && 'TableName' in input) timeToLive.forget(String(input.TableName));
    return tablesApi(onTable, input, engine, streams);
  }
  const known = DYNALITE_OPERATIONS.find((name) => name === operation);
  if (!known) {
    throw unknownOperation(
      `${operation || 'The empty operation'} is not available: the embedded DynamoDB has ` +
        'no transactions, PartiQL, backups or global tables',
    );
  }
  return engine.call(known, input);
}
