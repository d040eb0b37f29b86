import type { Settings } from './settings.ts';
import type { ShardRecord } from './source.ts';

/** What is known of records that were given up on. */
export interface Discarded {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly shard: string;
  readonly records: readonly ShardRecord[];
  readonly invocations: number;
  readonly requestId: string;
  /** Whether the last invocation threw, rather than reporting failures. */
  readonly threw: boolean;
  /** Ms since 1970. */
  readonly at: number;
}

/**
 * The message that Lambda sends to an on-failure destination: where the records are, but not the records.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function failureMessage(settings: Settings, discarded: Discarded): Record<string, unknown> {
  const { records, condition } = discarded;
  const [first, last] = [records[0], records.at(-1)];
  const info = {
    shardId: discarded.shard,
    startSequenceNumber: first?.sequence,
    endSequenceNumber: last?.sequence,
    approximateArrivalOfFirstRecord: isoOf(first),
    approximateArrivalOfLastRecord: isoOf(last),
    batchSize: records.length,
    streamArn: settings.streamArn,
  };
  return {
    requestContext: {
      requestId: discarded.requestId,
      functionArn: settings.functionArn,
      condition,
      approximateInvokeCount: discarded.invocations,
    },
    // Records that grew too old were not given to the function last: there is no answer to speak of.
    ...(condition === 'RecordAgeExceeded'
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: '$LATEST',
            functionError: discarded.threw ? 'Unhandled' : null,
          },
        }),
    version: '1.0',
    timestamp: new Date(discarded.at).toISOString(),
    ...(settings.source === 'kinesis' ? { KinesisBatchInfo: info } : { DDBStreamBatchInfo: info }),
  };
}

function isoOf(record: ShardRecord | undefined): string | undefined {
  return record && new Date(record.arrival).toISOString();
}
