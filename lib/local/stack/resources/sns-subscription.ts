import type { SNSClient } from '@aws-sdk/client-sns';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import type { Creator } from './creator.ts';
import type { Properties } from './properties.ts';
import { optionalObject, optionalString, requiredString } from './properties.ts';

/** AWS::SNS::Subscription of a queue. */
export const createSnsSubscription: Creator = async (request) => {
  const { logicalId, type, clients } = request;
  const arn = await subscribeQueue(clients.sns, requiredString(request, 'TopicArn'), request);
  return { logicalId, type, ref: arn, attributes: { Arn: arn } };
};

/**
 * Subscribes a queue to a topic.
 * @param from - Endpoint (the queue's ARN), FilterPolicy and so on, under CloudFormation's names
 * @returns the subscription's ARN
 */
export async function subscribeQueue(sns: SNSClient, topicArn: string, from: Properties): Promise<string> {
  const filterPolicy = optionalObject(from, 'FilterPolicy');
  const redrivePolicy = optionalObject(from, 'RedrivePolicy');
  const attributes = {
    FilterPolicy: filterPolicy && JSON.stringify(filterPolicy.properties),
    FilterPolicyScope: optionalString(from, 'FilterPolicyScope'),
    RawMessageDelivery: optionalString(from, 'RawMessageDelivery'),
    RedrivePolicy: redrivePolicy && JSON.stringify(redrivePolicy.properties),
  };
  const given = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const { SubscriptionArn: arn = '' } = await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: requiredString(from, 'Endpoint'),
      Attributes: Object.fromEntries(given) as Record<string, string>,
      ReturnSubscriptionArn: true,
    }),
  );
  return arn;
}
