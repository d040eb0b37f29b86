import { MappingError } from './errors.ts';

/**
 * A mapping under CloudFormation's names:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
 */
export interface Mapping {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly Enabled?: boolean;
  readonly StartingPosition?: string;
  readonly StartingPositionTimestamp?: number;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly ParallelizationFactor?: number;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly TumblingWindowInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly FilterCriteria?: { readonly Filters?: readonly unknown[] };
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination?: string } };
}

/** A mapping's settings, checked and with defaults filled in. */
export interface Settings {
  readonly source: 'kinesis' | 'dynamodb';
  readonly streamArn: string;
  readonly functionArn: string;
  readonly enabled: boolean;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  /** Ms since 1970, for `AT_TIMESTAMP`. */
  readonly startingTime: number | undefined;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  /** Infinity if retries are not bounded. */
  readonly maximumRetryAttempts: number;
  /** Infinity if age is not bounded. */
  readonly maximumRecordAgeMs: number;
  readonly bisect: boolean;
  readonly partialResponses: boolean;
  readonly onFailureArn: string | undefined;
}

/**
 * Reads a mapping. A setting that the engine does not honour is refused: a local run that passes over it would not be
 * what happens in AWS.
 *
 * @throws {MappingError} naming the setting and what to do
 */
export function readSettings(mapping: Mapping): Settings {
  const source = sourceOf(mapping.EventSourceArn);
  refuseUnsupported(mapping);
  const { StartingPosition: position = '', StartingPositionTimestamp: timestamp } = mapping;
  if (position !== 'TRIM_HORIZON' && position !== 'LATEST' && position !== 'AT_TIMESTAMP') {
    throw new MappingError(
      'StartingPosition',
      `is '${position}'`,
      'give TRIM_HORIZON, LATEST or AT_TIMESTAMP',
    );
  }
  if (position === 'AT_TIMESTAMP' && (timestamp === undefined || source === 'dynamodb')) {
    throw new MappingError(
      'StartingPosition',
      'is AT_TIMESTAMP',
      'it needs StartingPositionTimestamp and a Kinesis stream',
    );
  }
  return {
    source,
    streamArn: mapping.EventSourceArn,
    functionArn: mapping.FunctionName,
    enabled: mapping.Enabled ?? true,
    startingPosition: position,
    startingTime: timestamp === undefined ? undefined : timestamp * 1000,
    batchSize: within('BatchSize', mapping.BatchSize ?? 100, 1, 10_000),
    batchingWindowMs:
      within('MaximumBatchingWindowInSeconds', mapping.MaximumBatchingWindowInSeconds ?? 0, 0, 300) * 1000,
    maximumRetryAttempts: bounded('MaximumRetryAttempts', mapping.MaximumRetryAttempts ?? -1, 0, 10_000),
    maximumRecordAgeMs:
      bounded('MaximumRecordAgeInSeconds', mapping.MaximumRecordAgeInSeconds ?? -1, 60, 604_800) * 1000,
    bisect: mapping.BisectBatchOnFunctionError ?? false,
    partialResponses: mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    onFailureArn: readDestination(mapping),
  };
}

function sourceOf(arn: string): 'kinesis' | 'dynamodb' {
  const service = arn.split(':')[2];
  if (service === 'kinesis' || service === 'dynamodb') return service;
  throw new MappingError(
    'EventSourceArn',
    `is '${arn}'`,
    'give the ARN of a Kinesis stream or of a DynamoDB stream',
  );
}

function refuseUnsupported(mapping: Mapping): void {
  if ((mapping.ParallelizationFactor ?? 1) !== 1) {
    throw new MappingError(
      'ParallelizationFactor',
      `is ${mapping.ParallelizationFactor ?? 1}`,
      'only 1 is supported here',
    );
  }
  if ((mapping.TumblingWindowInSeconds ?? 0) !== 0) {
    throw new MappingError('TumblingWindowInSeconds', 'is set', 'windows with state are not supported here');
  }
  if ((mapping.FilterCriteria?.Filters?.length ?? 0) > 0) {
    throw new MappingError('FilterCriteria', 'has filters', 'filters are not supported here');
  }
}

function readDestination(mapping: Mapping): string | undefined {
  const arn = mapping.DestinationConfig?.OnFailure?.Destination;
  if (arn === undefined || arn === '') return undefined;
  if (arn.split(':')[2] !== 'sqs') {
    throw new MappingError(
      'DestinationConfig.OnFailure',
      `is '${arn}'`,
      'only SQS queues are supported here',
    );
  }
  return arn;
}

function within(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new MappingError(name, `is ${value}`, `give a whole number from ${least} to ${most}`);
  }
  return value;
}

/** -1 stands for no bound. */
function bounded(name: string, value: number, least: number, most: number): number {
  return value === -1 ? Infinity : within(name, value, least, most);
}
