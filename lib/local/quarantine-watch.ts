import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QuarantineMessage } from '../quarantine/message.ts';
import { QuarantineMessageError, readQuarantineMessage } from '../quarantine/read-message.ts';
import { browse } from '../redrive/browse.ts';
import { Queue, type QueueMessage } from '../redrive/queue.ts';

/** Who is told of what lies in the quarantine queue. */
export interface QuarantineListener {
  /** A message that was not there before; one that was sent more than once is told of once. @param sentAt ms */
  onFound(message: QuarantineMessage, sentAt: number): void;
  /** No message of a record is there any more. @param id of the record */
  onGone(id: string): void;
}

const POLL_MS = 1_000;
// Looking takes at most this share of the time, however much lies in the queue.
const MOST_SHARE = 0.03;

/**
 * Looks at what lies in the quarantine queue, and leaves it there: whoever redrives it finds it. It looks again when the number of
 * messages has changed.
 */
export class QuarantineWatch {
  /** The queue, for who redrives. */
  readonly queue: Queue;
  readonly #client: Pick<SQSClient, 'send'>;
  readonly #url: string;
  readonly #listener: QuarantineListener;
  /** The record of each message that has been seen and is not known to be gone. */
  readonly #records = new Map<string, string>();
  /** Messages by the record and part that they hold. */
  readonly #seen = new Map<string, Set<string>>();
  #last = -1;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(client: Pick<SQSClient, 'send'>, url: string, listener: QuarantineListener) {
    this.#client = client;
    this.#url = url;
    this.#listener = listener;
    this.queue = new Queue(client, url, 0);
  }

  /** Begins to look by itself. */
  start(): void {
    this.#lookLater(POLL_MS);
  }

  /** Looks now. @throws what the queue rejects with */
  look(): Promise<void> {
    return this.alone(() => this.#look());
  }

  /** Runs some work while nobody looks: what is looked at is hidden from others for a moment. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** The messages of records by their ids, each with its record's id; of all records, unless some are given. */
  messagesOf(recordIds?: ReadonlySet<string>): ReadonlyMap<string, string> {
    return new Map([...this.#records].filter(([, record]) => recordIds?.has(record) !== false));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
  }

  #lookLater(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      const began = performance.now();
      // A queue that does not answer is asked again.
      void this.alone(() => this.#lookIfChanged())
        .catch(() => undefined)
        .then(() => {
          this.#lookLater(Math.max(POLL_MS, (performance.now() - began) / MOST_SHARE));
        });
    }, ms);
    this.#timer.unref();
  }

  async #lookIfChanged(): Promise<void> {
    if (!this.#stopped && (await this.#count()) !== this.#last) await this.#look();
  }

  async #look(): Promise<void> {
    const count = await this.#count();
    const present = new Set<string>();
    for await (const message of browse(this.queue)) {
      present.add(message.id);
      this.#take(message);
    }
    // Others may have hidden some, which are not gone for that.
    const isWhole = present.size >= count;
    if (isWhole) this.#forgetAllBut(present);
    this.#last = isWhole ? present.size : -1;
  }

  async #count(): Promise<number> {
    const { Attributes: counts = {} } = await this.#client.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.#url,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return (
      Number(counts.ApproximateNumberOfMessages ?? 0) +
      Number(counts.ApproximateNumberOfMessagesNotVisible ?? 0)
    );
  }

  #take({ id: messageId, body, sentAt }: QueueMessage): void {
    if (this.#records.has(messageId)) return;
    const message = read(body);
    if (message === undefined) return;
    this.#records.set(messageId, message.id);
    const name = `${message.id} ${message.part}`;
    const before = this.#seen.get(name);
    if (before !== undefined) {
      before.add(messageId);
      return;
    }
    this.#seen.set(name, new Set([messageId]));
    this.#listener.onFound(message, sentAt);
  }

  #forgetAllBut(present: ReadonlySet<string>): void {
    const gone = new Set<string>();
    for (const [name, messages] of this.#seen) {
      for (const messageId of messages) {
        if (present.has(messageId)) continue;
        messages.delete(messageId);
        gone.add(this.#records.get(messageId) ?? '');
        this.#records.delete(messageId);
      }
      if (messages.size === 0) this.#seen.delete(name);
    }
    if (gone.size === 0) return;
    for (const record of this.#records.values()) gone.delete(record);
    for (const record of gone) this.#listener.onGone(record);
  }
}

/** What others have put there is theirs. */
function read(body: string): QuarantineMessage | undefined {
  try {
    return readQuarantineMessage(body);
  } catch (error) {
    if (error instanceof QuarantineMessageError) return undefined;
    throw error;
  }
}
