import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as streams from '@aws-sdk/client-dynamodb-streams';
import * as kinesis from '@aws-sdk/client-kinesis';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';

// The actions of these services are named after their operations, so the SDK is the list of them. Of the two services
// without a client here, these are the actions that a function needs:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
const clients: Readonly<Record<string, readonly object[]>> = {
  dynamodb: [dynamodb, streams],
  kinesis: [kinesis],
  sns: [sns],
  sqs: [sqs],
};
const others: ReadonlySet<string> = new Set([
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
]);

/** Whether IAM knows an action, such as `dynamodb:PutItem`, by this exact name. Wildcards are unknown. */
export function isIamAction(action: string): boolean {
  const [service = '', operation = ''] = action.split(':');
  return others.has(action) || (clients[service] ?? []).some((client) => `${operation}Command` in client);
}
