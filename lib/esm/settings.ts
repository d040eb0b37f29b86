import type { Arn } from './arn.ts';
import { parseArn } from './arn.ts';
import { MappingSettingsError } from './errors.ts';
import type { FilterCriteria, RecordFilter } from './filter/compile-filter.ts';
import { compileFilter } from './filter/compile-filter.ts';
import { boolean, integer, refuseUnknown } from './setting-checks.ts';
import type { Consumer } from './sources/consumer-arn.ts';
import { parseConsumer } from './sources/consumer-arn.ts';
import type { Position } from './sources/source.ts';

/** The properties of AWS::Lambda::EventSourceMapping that have to do with streams, under CloudFormation's names. */
export interface EventSourceMappingSettings {
  /** A Kinesis data stream, a consumer of one, or a DynamoDB stream. */
  readonly EventSourceArn: string;
  /** A name or an ARN; it appears in on-failure messages. */
  readonly FunctionName: string;
  /** TRIM_HORIZON or LATEST, or AT_TIMESTAMP for a Kinesis stream. */
  readonly StartingPosition?: string;
  /** Seconds since 1970, or a Date; not in the future; with AT_TIMESTAMP only. */
  readonly StartingPositionTimestamp?: number | Date;
  readonly Enabled?: boolean;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly FunctionResponseTypes?: readonly string[];
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination?: string } };
  readonly ParallelizationFactor?: number;
  readonly TumblingWindowInSeconds?: number;
  readonly FilterCriteria?: FilterCriteria;
}

/** The settings that AWS lets one change. */
export type MappingChange = Partial<
  Omit<
    EventSourceMappingSettings,
    'EventSourceArn' | 'FunctionName' | 'StartingPosition' | 'StartingPositionTimestamp'
  >
>;

/** Settings that are checked, complete, and in the engine's own units. */
export interface MappingSettings {
  readonly source: 'kinesis' | 'dynamodb';
  readonly sourceArn: Arn;
  /** The enhanced fan-out consumer that the stream is read through, if it is. */
  readonly consumer: Consumer | undefined;
  readonly functionArn: string;
  readonly enabled: boolean;
  readonly startingPosition: Position;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  /** Infinity for AWS's -1. */
  readonly maximumRetryAttempts: number;
  /** Infinity for AWS's -1. */
  readonly maximumRecordAgeMs: number;
  readonly bisectBatchOnFunctionError: boolean;
  readonly reportBatchItemFailures: boolean;
  readonly onFailure: Arn | undefined;
  /** Batches of one shard that may be under way together, 1 to 10. */
  readonly parallelizationFactor: number;
  /** 0 without tumbling windows. */
  readonly tumblingWindowMs: number;
  /** Which records the function is given; undefined for all. */
  readonly filter: RecordFilter | undefined;
}

/**
 * Checks a mapping's settings against AWS's limits and fills in its defaults.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 * @throws {MappingSettingsError} for a value that AWS would refuse
 * @param nowMs a starting position in the future of it is refused, as AWS does; ms since 1970
 * @example
 * parseSettings({
 *   EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
 *   FunctionName: 'aggregate',
 *   StartingPosition: 'TRIM_HORIZON',
 * }).batchSize; // 100
 */
export function parseSettings(mapping: EventSourceMappingSettings, nowMs = Infinity): MappingSettings {
  refuseUnknown(mapping);
  const sourceArn = parseArn(mapping.EventSourceArn, 'EventSourceArn');
  const source = sourceKind(sourceArn);
  const windowSeconds = integer(mapping, 'MaximumBatchingWindowInSeconds', {
    fallback: 0,
    least: 0,
    most: 300,
  });
  const retries = integer(mapping, 'MaximumRetryAttempts', { fallback: -1, least: -1, most: 10_000 });
  return {
    source,
    consumer: parseConsumer(sourceArn),
    sourceArn,
    functionArn: functionArn(mapping.FunctionName, sourceArn),
    enabled: boolean(mapping, 'Enabled', true),
    startingPosition: startingPosition(mapping, source, nowMs),
    batchSize: integer(mapping, 'BatchSize', { fallback: 100, least: 1, most: 10_000 }),
    batchingWindowMs: windowSeconds * 1_000,
    maximumRetryAttempts: unlessInfinite(retries),
    maximumRecordAgeMs: unlessInfinite(maximumRecordAge(mapping)) * 1_000,
    bisectBatchOnFunctionError: boolean(mapping, 'BisectBatchOnFunctionError', false),
    reportBatchItemFailures: reportsFailures(mapping.FunctionResponseTypes ?? []),
    onFailure: onFailure(mapping),
    parallelizationFactor: integer(mapping, 'ParallelizationFactor', { fallback: 1, least: 1, most: 10 }),
    tumblingWindowMs:
      integer(mapping, 'TumblingWindowInSeconds', { fallback: 0, least: 0, most: 900 }) * 1_000,
    filter: compileFilter(mapping.FilterCriteria, source),
  };
}

function sourceKind(arn: Arn): MappingSettings['source'] {
  const { service, resource, text } = arn;
  if (service === 'kinesis' && /^stream\/[^/]+$/.test(resource)) return 'kinesis';
  if (parseConsumer(arn)) return 'kinesis';
  if (service === 'dynamodb' && /^table\/[^/]+\/stream\/.+$/.test(resource)) return 'dynamodb';
  throw new MappingSettingsError(
    `EventSourceArn is ${text}: it must be a Kinesis data stream (…:stream/NAME), an enhanced fan-out ` +
      'consumer of one (…:stream/NAME/consumer/NAME:TIMESTAMP) or a DynamoDB stream (…:table/NAME/stream/LABEL); ' +
      'other sources are not served',
  );
}

/** A name or a partial ARN, either with a version or an alias. */
const FUNCTION_NAME = /^(?:(?<owner>\d{12}):function:)?(?<named>[\w-]+(?::[\w$-]+)?)$/;

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html, FunctionName */
function functionArn(name: string, { partition, region, account }: Arn): string {
  if (typeof name !== 'string' || name === '') {
    throw new MappingSettingsError('FunctionName is missing: give the name or the ARN of the function');
  }
  if (name.startsWith('arn:')) return name;
  const { owner = account, named } = FUNCTION_NAME.exec(name)?.groups ?? {};
  if (named !== undefined) return `arn:${partition}:lambda:${region}:${owner}:function:${named}`;
  throw new MappingSettingsError(
    `FunctionName is "${name}": it must be a name, NAME or NAME:ALIAS, an ARN, or ACCOUNT:function:NAME`,
  );
}

function startingPosition(
  mapping: EventSourceMappingSettings,
  source: MappingSettings['source'],
  nowMs: number,
): Position {
  const { StartingPosition: type, StartingPositionTimestamp: timestamp } = mapping;
  if (type === 'AT_TIMESTAMP' && source === 'kinesis') {
    return { type, timestampMs: startingTimestamp(timestamp, nowMs) };
  }
  if (type !== 'LATEST' && type !== 'TRIM_HORIZON') {
    const choices = `TRIM_HORIZON${source === 'kinesis' ? ', AT_TIMESTAMP' : ''} or LATEST`;
    throw new MappingSettingsError(`StartingPosition is ${type ?? 'missing'}: it must be ${choices}`);
  }
  if (timestamp !== undefined) {
    throw new MappingSettingsError(
      `StartingPositionTimestamp goes with AT_TIMESTAMP only, not with ${type}: remove it`,
    );
  }
  return { type };
}

function startingTimestamp(timestamp: unknown, nowMs: number): number {
  const ms = timestamp instanceof Date ? timestamp.getTime() : Number(timestamp) * 1_000;
  if ((typeof timestamp !== 'number' && !(timestamp instanceof Date)) || !Number.isFinite(ms)) {
    throw new MappingSettingsError(
      `StartingPositionTimestamp is ${timestamp === undefined ? 'missing' : 'no time'}: AT_TIMESTAMP needs it, in ` +
        'seconds since 1970 or as a Date',
    );
  }
  if (ms > nowMs) {
    throw new MappingSettingsError(
      `StartingPositionTimestamp is ${new Date(ms).toISOString()}: it cannot be in the future`,
    );
  }
  return ms;
}

function maximumRecordAge(mapping: EventSourceMappingSettings): number {
  const seconds = integer(mapping, 'MaximumRecordAgeInSeconds', { fallback: -1, least: -1, most: 604_800 });
  if (seconds !== -1 && seconds < 60) {
    throw new MappingSettingsError(
      `MaximumRecordAgeInSeconds is ${seconds}: it must be -1 (no limit) or from 60 to 604800`,
    );
  }
  return seconds;
}

function unlessInfinite(value: number): number {
  return value === -1 ? Infinity : value;
}

function reportsFailures(types: readonly string[]): boolean {
  for (const type of types) {
    if (type === 'ReportBatchItemFailures') continue;
    throw new MappingSettingsError(
      `FunctionResponseTypes holds ${type}: ReportBatchItemFailures is the only response type there is`,
    );
  }
  return types.length > 0;
}

function onFailure({ DestinationConfig }: EventSourceMappingSettings): Arn | undefined {
  const destination = DestinationConfig?.OnFailure?.Destination;
  return destination ? parseArn(destination, 'DestinationConfig.OnFailure.Destination') : undefined;
}

const CHANGEABLE: readonly string[] = [
  'Enabled',
  'BatchSize',
  'MaximumBatchingWindowInSeconds',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'FunctionResponseTypes',
  'DestinationConfig',
  'ParallelizationFactor',
  'TumblingWindowInSeconds',
  'FilterCriteria',
];

/**
 * A mapping's settings with some of them changed.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
 * @throws {MappingSettingsError} for a setting that AWS does not let one change
 */
export function changeMapping(
  mapping: EventSourceMappingSettings,
  change: MappingChange,
): EventSourceMappingSettings {
  for (const name of Object.keys(change)) {
    if (CHANGEABLE.includes(name)) continue;
    throw new MappingSettingsError(
      `${name} cannot be changed: start another mapping, or leave it out and give ${CHANGEABLE.join(', ')}`,
    );
  }
  return { ...mapping, ...change };
}
