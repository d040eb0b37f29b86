import { QuarantineMessageError } from '../quarantine/read-message.ts';
import { FailedBatchError } from './failed-batch.ts';
import { errorText, kept, type Outcome } from './outcome.ts';
import type { Queue, QueueMessage } from './queue.ts';
import { MissingStreamError } from './shard-range.ts';

/** What became of one message. */
export interface MessageDone {
  readonly messageId: string;
  /** What the message is about, for people. */
  readonly what: string;
  readonly outcome: Outcome;
}

/** How a queue is gone through. */
export interface QueueRun {
  readonly queue: Queue;
  /** Repairs what a message tells of. */
  readonly redrive: (body: string) => Promise<Outcome>;
  /** Says what a message is about. */
  readonly describe: (body: string) => string;
  /** Whether there is time to begin with another message. */
  readonly mayGoOn: () => boolean;
  readonly onDone: (done: MessageDone) => void;
  /** Ids of the messages to be redriven; all, unless given. */
  readonly only?: ReadonlySet<string>;
  /** Whether a message is due; all are, unless given. */
  readonly isDue?: (message: QueueMessage) => boolean;
  /** Messages that are received, and hidden from others, at once; 10 unless given. */
  readonly atOnce?: number;
}

/**
 * Redrives the messages of a queue, each once: those that are repaired are deleted, and the others can be received again
 * when the run ends. Meanwhile all of them are hidden, so that two runs rarely meet; where they do, it does no harm.
 *
 * @throws what the queue rejects with; a message that cannot be redriven is reported and does not stop the run
 */
export async function redriveQueue(run: QueueRun): Promise<void> {
  const { queue, only, mayGoOn, isDue = () => true, atOnce } = run;
  const hideSeconds = await queue.visibilitySeconds();
  const held = new Map<string, QueueMessage>();
  const missing = only && new Set(only);
  const stopHiding = keepHidden(queue, held, hideSeconds);
  try {
    while (mayGoOn() && missing?.size !== 0) {
      const received = await queue.receive(atOnce === undefined ? {} : { atOnce });
      const fresh = received.filter(({ id }) => !held.has(id));
      for (const message of received) held.set(message.id, message);
      if (fresh.length === 0) break;
      for (const message of fresh) {
        if (missing?.delete(message.id) === false || !isDue(message)) continue;
        if (!mayGoOn()) break;
        const outcome = await attempt(run, message);
        if (outcome.kind === 'repaired') {
          await queue.delete(held.get(message.id) ?? message);
          held.delete(message.id);
        }
        run.onDone({ messageId: message.id, what: run.describe(message.body), outcome });
      }
    }
  } finally {
    stopHiding();
    // What cannot be shown again now will be when its time is over.
    await queue.hide([...held.values()], 0).catch(() => undefined);
  }
}

// Errors of the message itself: what kind they are is of no use to who has to act on them.
const SAYS_IT_ALL = [FailedBatchError, QuarantineMessageError, MissingStreamError];

async function attempt({ redrive }: QueueRun, { body }: QueueMessage): Promise<Outcome> {
  try {
    return await redrive(body);
  } catch (error) {
    if (SAYS_IT_ALL.some((kind) => error instanceof kind)) return kept((error as Error).message);
    return kept(errorText(error));
  }
}

/** A long redrive must not bring its own messages back. @returns what ends it */
function keepHidden(queue: Queue, held: ReadonlyMap<string, QueueMessage>, seconds: number): () => void {
  const timer = setInterval(
    () => {
      // The next time may succeed, and a message that came back too early does no harm.
      queue.hide([...held.values()], seconds).catch(() => undefined);
    },
    (seconds * 1000) / 3,
  );
  return () => {
    clearInterval(timer);
  };
}
