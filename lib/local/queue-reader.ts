import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
const MOST_MESSAGES = 10;
const WAIT_SECONDS = 1;

/** Receives a queue's messages in the background and deletes them once they have been handed over. */
export class QueueReader {
  readonly #client: SQSClient;
  readonly #url: string;
  readonly #onMessage: (body: string) => void;
  readonly #running: Promise<void>;
  #stopped = false;
  #emptySince: number | undefined;

  constructor(client: SQSClient, url: string, onMessage: (body: string) => void) {
    this.#client = client;
    this.#url = url;
    this.#onMessage = onMessage;
    this.#running = this.#run();
  }

  /** Waits until the queue has been found empty by a receive that began after this call. */
  async drain(): Promise<void> {
    const now = performance.now();
    while ((this.#emptySince ?? 0) < now && !this.#stopped)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const began = performance.now();
      const { Messages: messages = [] } = await this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#url,
          MaxNumberOfMessages: MOST_MESSAGES,
          WaitTimeSeconds: WAIT_SECONDS,
        }),
      );
      if (messages.length === 0) this.#emptySince = began;
      else await this.#handOver(messages);
    }
  }

  async #handOver(messages: readonly Message[]): Promise<void> {
    for (const { Body: body = '' } of messages) this.#onMessage(body);
    const entries = messages.map(({ ReceiptHandle: handle }, i) => ({
      Id: String(i),
      ReceiptHandle: handle,
    }));
    await this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries: entries }));
  }
}
