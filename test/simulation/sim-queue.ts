import { GetQueueUrlCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';

/** A message of a queue. */
export interface SimMessage {
  readonly id: number;
  readonly body: string;
}

/** SQS's answer to commands, at once and without faults. A queue's URL is its name. */
export class SimQueues {
  readonly #queues = new Map<string, SimMessage[]>();
  /** Every message that was ever sent, by queue. */
  readonly #sent = new Map<string, string[]>();
  #id = 0;

  messages(queue: string): readonly SimMessage[] {
    return this.#queues.get(queue) ?? [];
  }

  sent(queue: string): readonly string[] {
    return this.#sent.get(queue) ?? [];
  }

  delete(queue: string, id: number): void {
    this.#queues.set(
      queue,
      this.messages(queue).filter((message) => message.id !== id),
    );
  }

  perform(command: unknown): object {
    if (command instanceof GetQueueUrlCommand) return { QueueUrl: command.input.QueueName };
    if (command instanceof SendMessageCommand) {
      this.#send(command.input.QueueUrl, command.input.MessageBody);
      return {};
    }
    if (command instanceof SendMessageBatchCommand) {
      for (const { MessageBody: body } of command.input.Entries ?? [])
        this.#send(command.input.QueueUrl, body);
      return { Successful: [], Failed: [] };
    }
    throw new Error('the simulated SQS does not know this command');
  }

  #send(queue = '', body = ''): void {
    this.#queues.set(queue, [...this.messages(queue), { id: this.#id++, body }]);
    this.#sent.set(queue, [...this.sent(queue), body]);
  }
}
