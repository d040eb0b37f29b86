import { setTimeout as delay } from 'node:timers/promises';
import { messagesIn } from '../../lib/local/failure-queue.ts';
import type { Stage } from './stage.ts';

// A range is read back from its shard's panes on; a message that is still there then does not repair itself.
const LONGEST_MS = 300_000;
const PAUSE_MS = 500;

/**
 * Lets nothing go wrong any more, and redrives until all is at rest and the failure queue is empty.
 *
 * @returns what did not come to rest in time
 */
export async function settle(stage: Stage): Promise<string[]> {
  const { stack, invocations } = stage;
  const late = AbortSignal.timeout(LONGEST_MS);
  invocations.isCalm = true;
  const isInTime = (work: Promise<void>): Promise<boolean> =>
    Promise.race([work.then(() => true), whenAborted(late).then(() => false)]);
  if (!(await isInTime(invocations.settled()))) return ['an invocation does not end'];
  for (;;) {
    if (!(await isInTime(stack.quiet()))) return ['the mappings do not come to rest'];
    const left = await messagesIn(stack.aws.clients.sqs, stack.ref('FailureQueue'));
    if (left === 0) return [];
    if (late.aborted) return [`${left} messages stay on the failure queue`];
    await stage.redrive();
    await delay(PAUSE_MS);
  }
}

async function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
}
