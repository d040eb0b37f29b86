import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedAws, type EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { alertMessage } from '../../lib/notify/message.ts';
import { publishAlert } from '../../lib/notify/publish.ts';
import { minutes } from '../support/pipeline.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startEmbeddedAws();
});
afterAll(() => aws.stop());

const message = alertMessage(
  {
    alert: 'slow',
    key: 'caf\u00E9',
    status: 'firing',
    at: minutes(1),
    since: minutes(1),
    windowStart: minutes(-2),
    judged: 'onTime',
    value: { n: 2 },
    severity: 'critical',
    summary: undefined,
    version: 1,
  },
  { page: 'caf\u00E9' },
);

it('publishes a message that a subscriber receives, chosen by its attributes', async () => {
  const { sns, sqs } = aws.clients;
  const { TopicArn: topic } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
  const subscribe = async (name: string, severity: string) => {
    const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes: attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    await sns.send(
      new SubscribeCommand({
        TopicArn: topic,
        Protocol: 'sqs',
        Endpoint: attributes!.QueueArn,
        Attributes: {
          FilterPolicy: JSON.stringify({ severity: [severity], alert: ['slow'], state: ['firing'] }),
        },
      }),
    );
    return async () => {
      const { Messages: messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url }));
      return messages.map(({ Body: body }) => JSON.parse(body!) as { Subject: string; Message: string });
    };
  };
  const [critical, info] = [await subscribe('critical', 'critical'), await subscribe('info', 'info')];

  await publishAlert(sns, topic!, message);

  const [received] = await critical();
  expect(received?.Subject).toBe('FIRING slow page=caf? (critical)');
  expect(JSON.parse(received!.Message)).toEqual(message);
  expect(await info()).toEqual([]);
});

it('rejects when the topic is not there', async () => {
  await expect(
    publishAlert(aws.clients.sns, 'arn:aws:sns:us-east-1:000000000000:gone', message),
  ).rejects.toThrow(/topic/i);
});
