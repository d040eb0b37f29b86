import type { StreamRecord } from './sources/source.ts';

export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** Where a batch that was given up is in its stream. */
export interface BatchInfo {
  readonly shardId: string;
  readonly startSequenceNumber: string;
  readonly endSequenceNumber: string;
  /** ISO 8601, UTC. */
  readonly approximateArrivalOfFirstRecord: string;
  readonly approximateArrivalOfLastRecord: string;
  readonly batchSize: number;
  readonly streamArn: string;
}

/** What an on-failure destination is sent: where the records are, not the records. */
export interface FailureMessage {
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: DiscardCondition;
    readonly approximateInvokeCount: number;
  };
  /** What the last invocation answered; not there when the records were given up for their age. */
  readonly responseContext?: {
    readonly statusCode: 200;
    readonly executedVersion: '$LATEST';
    readonly functionError: 'Unhandled' | null;
  };
  readonly version: '1.0';
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly KinesisBatchInfo?: BatchInfo;
  readonly DDBStreamBatchInfo?: BatchInfo;
}

/** What a message is made from. */
export interface Discarded {
  /** At least one. */
  readonly records: readonly StreamRecord[];
  readonly condition: DiscardCondition;
  /** Invocations that failed. */
  readonly failures: number;
  readonly requestId: string;
  readonly functionError: 'Unhandled' | null;
  readonly shardId: string;
  readonly streamArn: string;
  readonly functionArn: string;
  readonly batchInfoName: 'KinesisBatchInfo' | 'DDBStreamBatchInfo';
  readonly nowMs: number;
}

/**
 * Makes the message that AWS sends to an SQS queue or an SNS topic for records that are given up.
 *
 * For records that grew too old, AWS counts the invocation that did not happen any more: 1 for a batch that was never
 * tried.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function failureMessage(discarded: Discarded): FailureMessage {
  const { condition, failures, records } = discarded;
  const exhausted = condition === 'RetryAttemptsExhausted';
  return {
    requestContext: {
      requestId: discarded.requestId,
      functionArn: discarded.functionArn,
      condition,
      approximateInvokeCount: exhausted ? failures : failures + 1,
    },
    ...(exhausted && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: discarded.functionError,
      },
    }),
    version: '1.0',
    timestamp: instant(discarded.nowMs),
    [discarded.batchInfoName]: {
      shardId: discarded.shardId,
      startSequenceNumber: records[0]?.sequenceNumber ?? '',
      endSequenceNumber: records.at(-1)?.sequenceNumber ?? '',
      approximateArrivalOfFirstRecord: instant(records[0]?.arrivalMs ?? 0),
      approximateArrivalOfLastRecord: instant(records.at(-1)?.arrivalMs ?? 0),
      batchSize: records.length,
      streamArn: discarded.streamArn,
    } satisfies BatchInfo,
  };
}

/** AWS leaves out the fraction of a whole second: DynamoDB's arrivals are all whole. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
