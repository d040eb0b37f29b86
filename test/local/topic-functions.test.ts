import { PublishCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startEmbeddedAws, type EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { snsEvent } from '../../lib/local/sns-event.ts';
import { createOfflineStack } from '../../lib/offline/stack.ts';
import { startTopicFunctions } from '../../lib/local/topic-functions.ts';
import { parseTemplate } from '../../lib/local/stack/template.ts';

let aws: EmbeddedAws;

beforeAll(async () => {
  aws = await startEmbeddedAws();
});

afterAll(() => aws.stop());

const FUNCTION = {
  Type: 'AWS::Lambda::Function',
  Properties: { Handler: 'told.handler', FunctionName: 'shop-dev-told' },
};
const TOLD = { 'Fn::GetAtt': ['ToldLambdaFunction', 'Arn'] };

describe('functions that are subscribed to topics', () => {
  test('are invoked with what their filters let through, and again after a failure', async () => {
    const template = parseTemplate({
      Resources: {
        ToldLambdaFunction: FUNCTION,
        News: {
          Type: 'AWS::SNS::Topic',
          Properties: { Subscription: [{ Protocol: 'lambda', Endpoint: TOLD }] },
        },
        Orders: { Type: 'AWS::SNS::Topic', Properties: {} },
        Filtered: {
          Type: 'AWS::SNS::Subscription',
          Properties: {
            TopicArn: { Ref: 'Orders' },
            Protocol: 'lambda',
            Endpoint: TOLD,
            FilterPolicy: { kind: ['big'] },
          },
        },
      },
    });
    const stack = await createOfflineStack(template, aws, 'shop-dev', 'http://localhost:3000');
    const messages: unknown[] = [];
    const onFailure = vi.fn();
    const topics = await startTopicFunctions({
      subscriptions: stack.topicSubscriptions,
      clients: aws.clients,
      invoke: (key, event) => {
        const { Records } = event as { Records: { Sns: { Message: string } }[] };
        messages.push([key, Records[0]?.Sns.Message]);
        return Records[0]?.Sns.Message === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve();
      },
      onFailure,
    });
    try {
      const ref = (id: string): string => stack.resources.find(({ logicalId }) => logicalId === id)!.ref;
      const kind = (value: string) => ({ kind: { DataType: 'String', StringValue: value } });
      for (const [topic, message, attributes] of [
        ['News', 'all', undefined],
        ['News', 'bad', undefined],
        ['Orders', 'small', kind('small')],
        ['Orders', 'big', kind('big')],
      ] as const)
        await aws.clients.sns.send(
          new PublishCommand({
            TopicArn: ref(topic),
            Message: message,
            ...(attributes && { MessageAttributes: attributes }),
          }),
        );
      await vi.waitFor(() => {
        expect(messages).toHaveLength(3);
        expect(onFailure).toHaveBeenCalledOnce();
      }, 10_000);
      expect(new Set(messages.map(String))).toEqual(new Set(['told,all', 'told,bad', 'told,big']));
      expect(onFailure).toHaveBeenCalledWith('told', new Error('no'), 60_000);
    } finally {
      await topics.stop();
    }
  });
});

describe('snsEvent', () => {
  test('has the form that Lambda documents, with the text that is for functions', () => {
    const body = JSON.stringify({
      Type: 'Notification',
      MessageId: 'm',
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:news',
      Message: JSON.stringify({ default: 'for all', lambda: 'for functions' }),
      Timestamp: '2024-03-01T10:00:00.000Z',
      SignatureVersion: '1',
      Signature: 's',
      SigningCertURL: 'https://cert',
      UnsubscribeURL: 'https://unsubscribe',
    });
    expect(snsEvent(body, 'arn:subscription')).toEqual({
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: 'arn:subscription',
          Sns: {
            Type: 'Notification',
            MessageId: 'm',
            TopicArn: 'arn:aws:sns:us-east-1:000000000000:news',
            Subject: null,
            Message: 'for functions',
            Timestamp: '2024-03-01T10:00:00.000Z',
            SignatureVersion: '1',
            Signature: 's',
            SigningCertUrl: 'https://cert',
            UnsubscribeUrl: 'https://unsubscribe',
            MessageAttributes: {},
          },
        },
      ],
    });
  });

  test('leaves a message alone that is an object of its own', () => {
    const { Records } = snsEvent(JSON.stringify({ Message: '{"a":1}' }), 's') as {
      Records: { Sns: { Message: string } }[];
    };
    expect(Records[0]?.Sns.Message).toBe('{"a":1}');
  });
});
