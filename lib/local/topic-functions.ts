import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { AwsClients } from './aws/clients.ts';
import { QueueReader } from './queue-reader.ts';
import { snsEvent } from './sns-event.ts';
import { subscribeQueue } from './stack/resources/sns-subscription.ts';
import type { TopicSubscription } from './stack/topic-subscriptions.ts';

/**
 * How long after a failure an asynchronous invocation is repeated, ms; after the last it is given up.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const RETRY_MS = [60_000, 120_000];

/** What topics invoke functions with. */
export interface TopicFunctionsOptions {
  readonly subscriptions: readonly TopicSubscription[];
  readonly clients: Pick<AwsClients, 'sns' | 'sqs'>;
  readonly invoke: (functionKey: string, event: unknown) => Promise<unknown>;
  /** Called when an invocation has failed, with the time after which it is repeated, ms, unless it is given up. */
  readonly onFailure: (functionKey: string, error: unknown, againMs: number | undefined) => void;
}

/** Functions that are subscribed to topics, at work. */
export interface TopicFunctions {
  /** Invokes nothing more. */
  stop(): Promise<void>;
}

/**
 * Invokes functions with the messages of topics, as SNS does: asynchronously, each message by itself, and again if the function
 * fails. A queue for each subscription stands between, as the embedded SNS delivers to queues alone.
 */
export async function startTopicFunctions(options: TopicFunctionsOptions): Promise<TopicFunctions> {
  const { subscriptions, clients, onFailure, invoke } = options;
  const timers = new Set<NodeJS.Timeout>();
  const readers = await Promise.all(
    subscriptions.map(async ({ topicArn, function: { key }, properties }, index) => {
      const queue = await createQueue(clients, `subscription-${index}-${key}`, topicArn);
      const from = { ...properties, properties: { ...properties.properties, Endpoint: queue.arn } };
      const subscriptionArn = await subscribeQueue(clients.sns, topicArn, from);
      return new QueueReader(clients.sqs, queue.url, (body) => {
        attempt(key, snsEvent(body, subscriptionArn), 0);
      });
    }),
  );
  return {
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(readers.map((reader) => reader.stop()));
    },
  };

  function attempt(key: string, event: unknown, failures: number): void {
    invoke(key, event).catch((error: unknown) => {
      const againMs = RETRY_MS[failures];
      onFailure(key, error, againMs);
      if (againMs === undefined) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        attempt(key, event, failures + 1);
      }, againMs);
      timers.add(timer);
    });
  }
}

async function createQueue(
  { sqs }: Pick<AwsClients, 'sqs'>,
  name: string,
  topicArn: string,
): Promise<{ readonly url: string; readonly arn: string }> {
  // A FIFO topic delivers to FIFO queues alone.
  const isFifo = topicArn.endsWith('.fifo');
  const { QueueUrl: url = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: isFifo ? `${name}.fifo` : name,
      ...(isFifo && { Attributes: { FifoQueue: 'true' } }),
    }),
  );
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return { url, arn: attributes?.QueueArn ?? '' };
}
