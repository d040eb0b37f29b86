import type { S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Arn } from './arn.ts';
import type { BucketOptions } from './destination-bucket.ts';
import { sendToBucket } from './destination-bucket.ts';
import { MappingSettingsError, UnsupportedSettingError } from './errors.ts';
import type { FailureMessage } from './failure-message.ts';

/** SDK clients of the services that on-failure messages go to; only the one that is used need be there. */
export interface DestinationClients {
  readonly sqs?: SQSClient;
  readonly sns?: SNSClient;
  readonly s3?: S3Client;
}

/**
 * Sends an on-failure message; rejects if it could not be sent.
 * @param event what the function was given, or would have been; only a bucket keeps it
 */
export type SendFailure = (message: FailureMessage, event: object) => Promise<void>;

/**
 * Makes the way to an on-failure destination. A queue and a topic are sent the message alone, which is far from their
 * limit of 256 KB whatever the batch; a bucket gets the event as well.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 * @throws {MappingSettingsError} when the client for it is missing, or it is FIFO
 * @throws {UnsupportedSettingError} when it is neither a queue nor a topic nor a bucket
 */
export function createDestination(
  arn: Arn,
  clients: DestinationClients,
  options: BucketOptions,
): SendFailure {
  switch (arn.service) {
    case 'sqs':
      return sendToQueue(standard(arn), present(clients.sqs, 'sqs', arn));
    case 'sns':
      return sendToTopic(standard(arn), present(clients.sns, 'sns', arn));
    case 's3':
      return sendToBucket(arn, present(clients.s3, 's3', arn), options);
    default:
      throw new UnsupportedSettingError(
        'DestinationConfig',
        `DestinationConfig.OnFailure.Destination is ${arn.text}: a stream's mapping can send to an SQS queue, an SNS ` +
          'topic or an S3 bucket',
      );
  }
}

function sendToQueue(arn: Arn, sqs: SQSClient): SendFailure {
  let url: Promise<string> | undefined;
  const findUrl = async (): Promise<string> => {
    const answer = await sqs.send(new GetQueueUrlCommand({ QueueName: arn.resource }));
    return answer.QueueUrl ?? '';
  };
  return async (message) => {
    url ??= findUrl();
    // A queue that is missing now may be there for the next message.
    const QueueUrl = await url.catch((error: unknown) => {
      url = undefined;
      throw error;
    });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
  };
}

function sendToTopic(arn: Arn, sns: SNSClient): SendFailure {
  return async (message) => {
    await sns.send(new PublishCommand({ TopicArn: arn.text, Message: JSON.stringify(message) }));
  };
}

/** Lambda sends without a message group, which a FIFO queue or topic would refuse. */
function standard(arn: Arn): Arn {
  if (!arn.resource.endsWith('.fifo')) return arn;
  const kind = arn.service === 'sqs' ? 'queue' : 'topic';
  throw new MappingSettingsError(
    `DestinationConfig.OnFailure.Destination is ${arn.text}: Lambda sends to standard ${kind}s only; use a ${kind} ` +
      'that is not FIFO',
  );
}

function present<Client>(client: Client | undefined, name: string, arn: Arn): Client {
  if (client) return client;
  throw new MappingSettingsError(
    `DestinationConfig.OnFailure.Destination is ${arn.text}: pass a client as destinations.${name}`,
  );
}
