import type { Queue, QueueMessage } from './queue.ts';

// Long enough to go through some thousand messages, and soon over if the reader dies.
const HIDE_SECONDS = 30;

/**
 * Looks at the messages of a queue, each once. They are hidden from others meanwhile, and shown again at the end. What
 * others have hidden is not found, so that counts are approximate.
 *
 * @throws what the queue rejects with
 */
export async function* browse(queue: Queue): AsyncGenerator<QueueMessage> {
  const seen = new Map<string, QueueMessage>();
  try {
    for (;;) {
      const received = await queue.receive({ hideSeconds: HIDE_SECONDS });
      const fresh = received.filter(({ id }) => !seen.has(id));
      for (const message of received) seen.set(message.id, message);
      if (fresh.length === 0) return;
      yield* fresh;
    }
  } finally {
    await queue.hide([...seen.values()], 0).catch(() => undefined);
  }
}
