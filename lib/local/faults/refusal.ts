import { randomUUID } from 'node:crypto';

/** How a service answers a call that it refuses. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const RATE = 'Rate exceeded';
const THROUGHPUT =
  'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level.';

/** What an operation may be refused with: code and message. */
type Code = readonly [code: string, message: string];

/**
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html
 */
const KINESIS_DATA: readonly Code[] = [
  ['ProvisionedThroughputExceededException', RATE],
  ['KMSThrottlingException', RATE],
];
const LIMIT: readonly Code[] = [['LimitExceededException', RATE]];

/** By the service's name in `X-Amz-Target`: what an operation may be refused with. */
const JSON_SERVICES: Readonly<Record<string, (operation: string) => readonly Code[]>> = {
  Kinesis_20131202: (operation) => {
    if (['PutRecord', 'PutRecords', 'GetRecords'].includes(operation)) return KINESIS_DATA;
    return operation === 'GetShardIterator' ? KINESIS_DATA.slice(0, 1) : LIMIT;
  },
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
  DynamoDB_20120810: () => [
    ['ProvisionedThroughputExceededException', THROUGHPUT],
    ['ThrottlingException', RATE],
    ['RequestLimitExceeded', RATE],
  ],
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
  DynamoDBStreams_20120810: () => LIMIT,
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
  AmazonSQS: () => [
    ['RequestThrottled', RATE],
    ['KmsThrottled', RATE],
  ],
};
/** @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SNS: readonly Code[] = [
  ['KMSThrottling', RATE],
  ['Throttling', RATE],
];

/**
 * The answer by which a service refuses a call because there are too many.
 *
 * @param target the request's `X-Amz-Target`; undefined for SNS, whose requests are forms
 * @param random a number from 0 up to 1
 */
export function refusalOf(target: string | undefined, random: number): Refusal {
  const [service = '', operation = ''] = target?.split('.') ?? [];
  const codes = JSON_SERVICES[service]?.(operation);
  if (codes === undefined) return inXml(pick(SNS, random));
  const [code, message] = pick(codes, random);
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  };
}

function inXml([code, message]: Code): Refusal {
  const requestId = randomUUID();
  return {
    status: 400,
    headers: { 'content-type': 'text/xml' },
    body:
      '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>' +
      `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

function pick(codes: readonly Code[], random: number): Code {
  return codes[Math.floor(random * codes.length)] ?? ['ThrottlingException', RATE];
}
