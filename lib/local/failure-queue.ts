import { GetQueueAttributesCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

// Instead of a quarter of an hour: what a redrive held that died comes back while the soak runs.
const HIDDEN_SECONDS = 10;

/** Lets a queue show again soon what was received and not deleted. */
export async function showSoon(client: SQSClient, url: string): Promise<void> {
  await client.send(
    new SetQueueAttributesCommand({
      QueueUrl: url,
      Attributes: { VisibilityTimeout: String(HIDDEN_SECONDS) },
    }),
  );
}

/** How many messages are in a queue, hidden ones too. */
export async function messagesIn(client: SQSClient, url: string): Promise<number> {
  const { Attributes: attributes } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return (
    Number(attributes?.ApproximateNumberOfMessages ?? 0) +
    Number(attributes?.ApproximateNumberOfMessagesNotVisible ?? 0)
  );
}
