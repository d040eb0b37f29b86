import { CreateTopicCommand } from '@aws-sdk/client-sns';
import type { Creator } from './creator.ts';
import { objectList, optionalString, requiredString } from './properties.ts';
import { subscribeQueue } from './sns-subscription.ts';

const ATTRIBUTES = ['ContentBasedDeduplication', 'DisplayName', 'FifoTopic'] as const;

/** AWS::SNS::Topic, with the queues that its Subscription property lists. */
export const createSnsTopic: Creator = async (request) => {
  const { logicalId, type, clients, generatedName } = request;
  const isFifo = optionalString(request, 'FifoTopic') === 'true';
  const name = optionalString(request, 'TopicName') ?? (isFifo ? `${generatedName}.fifo` : generatedName);

  const attributes: Record<string, string> = {};
  for (const attribute of ATTRIBUTES) {
    const value = optionalString(request, attribute);
    if (value !== undefined) attributes[attribute] = value;
  }
  const { TopicArn: arn = '' } = await clients.sns.send(
    new CreateTopicCommand({ Name: name, Attributes: attributes }),
  );
  for (const subscription of objectList(request, 'Subscription')) {
    if (requiredString(subscription, 'Protocol') === 'sqs')
      await subscribeQueue(clients.sns, arn, subscription);
  }
  return { logicalId, type, ref: arn, attributes: { TopicArn: arn, TopicName: name } };
};
