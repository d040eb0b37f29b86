import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { chunks, concurrentlyOrThrow } from '../store/concurrently.ts';

/** A message that was received. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** For what is done to the message next. */
  readonly receipt: string;
  /** When it was sent, in ms. */
  readonly sentAt: number;
}

/** How messages are received. */
export interface ReceiveOptions {
  /** How long they are hidden, in seconds; as the queue has it, unless given. */
  readonly hideSeconds?: number;
  /** How many at most, 1 to 10; 10 unless given. */
  readonly atOnce?: number;
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
const MOST_MESSAGES = 10;
// Without a wait, SQS asks some of its servers only, and may find none of few messages.
const WAIT_SECONDS = 1;
const CALLS_AT_ONCE = 8;

/** A standard queue of SQS. */
export class Queue {
  readonly #client: Pick<SQSClient, 'send'>;
  readonly #url: string;
  readonly #waitSeconds: number;

  /** @param waitSeconds how long a receive waits for messages */
  constructor(client: Pick<SQSClient, 'send'>, url: string, waitSeconds = WAIT_SECONDS) {
    this.#client = client;
    this.#url = url;
    this.#waitSeconds = waitSeconds;
  }

  /** How long the queue hides a message that was received, in seconds. */
  async visibilitySeconds(): Promise<number> {
    const { Attributes: attributes } = await this.#client.send(
      new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames: ['VisibilityTimeout'] }),
    );
    return Number(attributes?.VisibilityTimeout ?? 30);
  }

  /** Receives messages. */
  async receive({ hideSeconds, atOnce = MOST_MESSAGES }: ReceiveOptions = {}): Promise<QueueMessage[]> {
    const { Messages: messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#url,
        MaxNumberOfMessages: atOnce,
        WaitTimeSeconds: this.#waitSeconds,
        MessageSystemAttributeNames: ['SentTimestamp'],
        ...(hideSeconds === undefined ? {} : { VisibilityTimeout: hideSeconds }),
      }),
    );
    return messages.map(
      ({ MessageId: id = '', Body: body = '', ReceiptHandle: receipt = '', Attributes }) => ({
        id,
        body,
        receipt,
        sentAt: Number(Attributes?.SentTimestamp ?? 0),
      }),
    );
  }

  async delete({ receipt }: QueueMessage): Promise<void> {
    await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle: receipt }));
  }

  /** Hides messages for so long from now on; 0 shows them again. What is no longer hidden is left alone. */
  async hide(messages: readonly QueueMessage[], seconds: number): Promise<void> {
    await concurrentlyOrThrow(chunks(messages, MOST_MESSAGES), CALLS_AT_ONCE, async (request) => {
      const entries = request.map(({ receipt }, i) => ({
        Id: String(i),
        ReceiptHandle: receipt,
        VisibilityTimeout: seconds,
      }));
      await this.#client.send(
        new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#url, Entries: entries }),
      );
    });
  }
}
