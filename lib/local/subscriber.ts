import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import type { NoticeMessage } from '../notify/message.ts';
import type { AwsClients } from './aws/clients.ts';
import { readDelivered } from './delivered.ts';
import { QueueReader } from './queue-reader.ts';

/**
 * Subscribes a queue of its own to a topic, as an operator would, and hands over each message as it is received. A repeated
 * message has the id of the first, and is handed over once.
 */
export async function subscribe(
  clients: AwsClients,
  topicArn: string,
  onMessage: (message: NoticeMessage) => void,
): Promise<QueueReader> {
  const { QueueUrl: url = '' } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'operator' }));
  const { Attributes: attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  await clients.sns.send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: attributes?.QueueArn }),
  );
  const seen = new Set<string>();
  return new QueueReader(clients.sqs, url, (body) => {
    const message = readDelivered(body);
    if (seen.has(message.id)) return;
    seen.add(message.id);
    onMessage(message);
  });
}
