import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Creator } from './creator.ts';
import { optionalObject, optionalString } from './properties.ts';

/** The attributes of a queue that are numbers, booleans or texts in both CloudFormation and the API. */
const PLAIN_ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
] as const;

/** Objects in CloudFormation, JSON text in the API. */
const JSON_ATTRIBUTES = ['RedrivePolicy', 'RedriveAllowPolicy'] as const;

/** AWS::SQS::Queue */
export const createSqsQueue: Creator = async (request) => {
  const { logicalId, type, clients, generatedName } = request;
  const isFifo = optionalString(request, 'FifoQueue') === 'true';
  const name = optionalString(request, 'QueueName') ?? (isFifo ? `${generatedName}.fifo` : generatedName);

  const attributes: Record<string, string> = {};
  for (const attribute of PLAIN_ATTRIBUTES) {
    const value = optionalString(request, attribute);
    if (value !== undefined) attributes[attribute] = value;
  }
  for (const attribute of JSON_ATTRIBUTES) {
    const value = optionalObject(request, attribute);
    if (value) attributes[attribute] = JSON.stringify(value.properties);
  }
  const { QueueUrl: url = '' } = await clients.sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
  );
  const made = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return {
    logicalId,
    type,
    ref: url,
    attributes: { Arn: made.Attributes?.QueueArn ?? '', QueueName: name, QueueUrl: url },
  };
};
