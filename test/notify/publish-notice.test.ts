import {
  CreateTopicCommand,
  PublishCommand,
  SubscribeCommand,
  type PublishCommandInput,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Notice } from '../../lib/dispatch/notice.ts';
import { startEmbeddedAws, type EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { buildMessage } from '../../lib/notify/build-message.ts';
import type { NoticeMessage } from '../../lib/notify/message.ts';
import { publishNotice, type PublishContext } from '../../lib/notify/publish-notice.ts';
import { readTopics } from '../../lib/notify/topics.ts';
import { AT, noticeOf, pipeline, ruleNamed } from './notices.ts';

const ARN = 'arn:aws:sns:us-east-1:000000000000:alerts';

interface Envelope {
  readonly Subject: string;
  readonly Message: string;
}

function setup(given: Partial<PublishContext> = {}) {
  const sent: PublishCommandInput[] = [];
  const errors: unknown[] = [];
  const context: PublishContext = {
    pipeline,
    topics: readTopics({ ALERT_TOPICS: `alerts=${ARN},pages=${ARN}-pages` }),
    apiUrl: 'https://api.example.com',
    panes: { readRange: () => Promise.resolve([]) },
    send: (request) => {
      sent.push(request);
      return Promise.resolve();
    },
    onError: (error) => errors.push(error),
    ...given,
  };
  const email = () => (JSON.parse(sent[0]!.Message!) as { readonly email: string }).email;
  return { context, sent, errors, email };
}

const toPages = {
  ...pipeline,
  routes: [
    { match: {}, topic: 'pages', also: true },
    { match: {}, topic: 'night', also: false },
  ],
};

describe('publishNotice', () => {
  it('publishes the message to the default topic', async () => {
    const { context, sent, errors } = setup();

    const message = await publishNotice(context, noticeOf());

    expect(message).toEqual(buildMessage(noticeOf(), ruleNamed('congested'), 'https://api.example.com'));
    expect(sent.map(({ TopicArn }) => TopicArn)).toEqual([ARN]);
    expect(errors).toEqual([]);
  });

  it('publishes it to all topics of its routes, and says which is not there', async () => {
    const { context, sent, errors } = setup({ pipeline: toPages });

    await publishNotice(context, noticeOf());

    expect(sent.map(({ TopicArn }) => TopicArn)).toEqual([`${ARN}-pages`, ARN]);
    expect(String(errors[0])).toMatch(/^TopicError: a route names the topic 'night'/);
  });

  it('shows the last windows', async () => {
    const { aggregate } = ruleNamed('congested');
    const event = { time: '', origin: 'ORD', airline: '', delay: 54 };
    const accs = aggregate.measures.map(({ measure }) =>
      measure.add(measure.empty(), measure.input(event, 0)),
    );
    const { context, email } = setup({
      panes: { readRange: (_, __, ___, to) => Promise.resolve([{ start: to - 900_000, accs }]) },
    });

    await publishNotice(context, noticeOf());

    expect(email()).toContain('Last 24   ·······················▄  54 to 54 min\n');
  });

  it('shows what came since of one that goes on firing', async () => {
    const ends: number[] = [];
    const { context } = setup({
      panes: {
        readRange: (_, __, ___, to) => {
          ends.push(to);
          return Promise.resolve([]);
        },
      },
    });
    const later = AT + 100 * 60_000;

    await publishNotice(context, noticeOf({ at: later }));
    await publishNotice(context, noticeOf({ at: later, kind: 'renotified' }));

    expect(ends).toEqual([AT, AT + 90 * 60_000]);
  });

  it('says in commands which stage it is from', async () => {
    const { context, email } = setup({ stageOptions: '--stage prod' });

    await publishNotice(context, noticeOf());

    expect(email()).toContain('npx weir alerts ack congested origin=ORD --stage prod\n');
  });

  it('publishes it without them if they cannot be read', async () => {
    const { context, sent, errors, email } = setup({
      panes: { readRange: () => Promise.reject(new Error('throttled')) },
    });

    await publishNotice(context, noticeOf());

    expect(sent).toHaveLength(1);
    expect(email()).not.toContain('Last 24');
    expect(String(errors[0])).toBe('Error: throttled');
  });

  it('does not wait for them for long', async () => {
    const { context, sent, email } = setup({ panes: { readRange: () => new Promise(() => undefined) } });

    await publishNotice(context, noticeOf());

    expect(sent).toHaveLength(1);
    expect(email()).not.toContain('Last 24');
  });

  it('publishes what a rule was that has left', async () => {
    const readRange = vi.fn();
    const { context, sent } = setup({ pipeline: { ...pipeline, alerts: [] }, panes: { readRange } });

    await publishNotice(context, noticeOf());

    expect(sent[0]?.Subject).toBe('FIRING congested key=ORD: 54.3, warning');
    expect(readRange).not.toHaveBeenCalled();
  });

  it('rejects if it was not taken', async () => {
    const { context } = setup({ send: () => Promise.reject(new Error('gone')) });

    await expect(publishNotice(context, noticeOf())).rejects.toThrow('gone');
  });
});

describe('a subscriber', () => {
  let aws: EmbeddedAws;
  beforeAll(async () => {
    aws = await startEmbeddedAws();
  });
  afterAll(() => aws.stop());

  const topic = async (name: string) => {
    const fifo = name.endsWith('.fifo') ? { Attributes: { FifoTopic: 'true' } } : {};
    const { TopicArn: arn } = await aws.clients.sns.send(new CreateTopicCommand({ Name: name, ...fifo }));
    return arn!;
  };
  const subscribe = async (arn: string, name: string, policy: Record<string, readonly string[]> = {}) => {
    const { sns, sqs } = aws.clients;
    const fifo = name.endsWith('.fifo') ? { Attributes: { FifoQueue: 'true' } } : {};
    const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: name, ...fifo }));
    const { Attributes: attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    await sns.send(
      new SubscribeCommand({
        TopicArn: arn,
        Protocol: 'sqs',
        Endpoint: attributes!.QueueArn,
        Attributes: { FilterPolicy: JSON.stringify(policy) },
      }),
    );
    return async () => {
      const received = [];
      // A FIFO queue hands on nothing more of a group until what it has is done with.
      for (;;) {
        const { Messages: messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: url, MessageSystemAttributeNames: ['MessageGroupId'] }),
        );
        if (messages.length === 0) return received;
        for (const {
          Body: body = '',
          Attributes: { MessageGroupId: group } = {},
          ReceiptHandle: handle,
        } of messages) {
          await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle }));
          const { Subject: subject, Message: text } = JSON.parse(body) as Envelope;
          // The embedded SNS hands on all of a message with structure.
          const { default: json } = JSON.parse(text) as { readonly default: string };
          received.push({ group, subject, message: JSON.parse(json) as NoticeMessage });
        }
      }
    };
  };
  const publish = async (arn: string, ...notices: readonly Notice[]) => {
    const { context } = setup({
      topics: readTopics({ ALERTS_TOPIC_ARN: arn }),
      send: async (request) => {
        await aws.clients.sns.send(new PublishCommand(request));
      },
    });
    for (const notice of notices) await publishNotice(context, notice);
  };

  it('receives what its filter policy chooses', async () => {
    const arn = await topic('alerts');
    const [chosen, other] = [
      await subscribe(arn, 'chosen', {
        severity: ['warning'],
        alert: ['congested'],
        origin: ['ORD'],
        team: ['ground'],
      }),
      await subscribe(arn, 'other', { origin: ['ATL'] }),
    ];

    await publish(arn, noticeOf());

    expect(await chosen()).toMatchObject([
      {
        subject: 'FIRING congested origin=ORD: 54.3 min (>= 45), warning',
        message: { id: 'congested|ORD|1' },
      },
    ]);
    expect(await other()).toEqual([]);
  });

  it('of a FIFO topic receives each message once, and a group in order', async () => {
    const arn = await topic('alerts.fifo');
    const received = await subscribe(arn, 'ordered.fifo');
    const notices = [1, 2, 3].map((number) =>
      noticeOf({ number, kind: number === 2 ? 'resolved' : 'firing' }),
    );

    await publish(arn, ...notices, ...notices);

    expect((await received()).map(({ group, message }) => [group, message.id, message.kind])).toEqual([
      ['congested|ORD', 'congested|ORD|1', 'firing'],
      ['congested|ORD', 'congested|ORD|2', 'resolved'],
      ['congested|ORD', 'congested|ORD|3', 'firing'],
    ]);
  });

  it('is sent nothing if the topic is not there', async () => {
    await expect(publish(`${ARN}-gone`, noticeOf())).rejects.toThrow(/topic/i);
  });
});
