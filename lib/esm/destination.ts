import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Arn } from './arn.ts';
import { MappingSettingsError, UnsupportedSettingError } from './errors.ts';
import type { FailureMessage } from './failure-message.ts';

/** SDK clients of the services that on-failure messages go to; only the one that is used need be there. */
export interface DestinationClients {
  readonly sqs?: SQSClient;
  readonly sns?: SNSClient;
}

/** Sends an on-failure message; rejects if it could not be sent. */
export type SendFailure = (message: FailureMessage) => Promise<void>;

/**
 * Makes the way to an on-failure destination.
 * @throws {MappingSettingsError} when the client for it is missing
 * @throws {UnsupportedSettingError} when it is neither a queue nor a topic
 */
export function createDestination(arn: Arn, clients: DestinationClients): SendFailure {
  switch (arn.service) {
    case 'sqs':
      return sendToQueue(arn, present(clients.sqs, 'sqs', arn));
    case 'sns':
      return sendToTopic(arn, present(clients.sns, 'sns', arn));
    default:
      throw new UnsupportedSettingError(
        'DestinationConfig',
        `DestinationConfig.OnFailure.Destination is ${arn.text}: only SQS queues and SNS topics are supported`,
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

function present<Client>(client: Client | undefined, name: string, arn: Arn): Client {
  if (client) return client;
  throw new MappingSettingsError(
    `DestinationConfig.OnFailure.Destination is ${arn.text}: pass a client as destinations.${name}`,
  );
}
