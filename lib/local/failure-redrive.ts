import { messagesIn } from './failure-queue.ts';
import type { RunningStack } from './stack-runner.ts';

// What a redrive held that was ended in the middle is shown again within some seconds.
const MOST_RUNS = 60;
const PAUSE_MS = 500;

/**
 * Redrives what mappings gave up on until nothing is left of it, and all has come to rest.
 *
 * @param sleep waits for so many ms
 * @returns messages that stay, whatever is tried
 */
export async function redriveFailures(
  stack: RunningStack,
  sleep: (ms: number) => Promise<void>,
): Promise<number> {
  const url = stack.ref('FailureQueue');
  let left = await messagesIn(stack.aws.clients.sqs, url);
  for (let run = 0; run < MOST_RUNS && left > 0; run++) {
    if (run > 0) await sleep(PAUSE_MS);
    // One that fails says so itself, and what it held comes again.
    await stack.invoke('redrive', {}).catch(() => undefined);
    await stack.quiet();
    left = await messagesIn(stack.aws.clients.sqs, url);
  }
  return left;
}
