import type { Writable } from 'node:stream';
import { browse } from '../redrive/browse.ts';
import { withAws } from './aws-errors.ts';
import { CommandError } from './errors.ts';
import { notFound } from './redrive-show.ts';
import { findStage, type StageOptions, type StageQueue } from './redrive-stage.ts';

/** `weir redrive discard ID…`: deletes messages for good. */
export async function discardMessages(
  ids: readonly string[],
  options: StageOptions & { readonly yes?: boolean },
  out: Writable,
): Promise<void> {
  if (options.yes !== true)
    throw new CommandError('what is discarded cannot be brought back; give --yes if that is what you want');
  const missing = new Set(ids);
  await withAws(async () => {
    const { failures, quarantine } = await findStage(options);
    await Promise.all([failures, quarantine].map((queue) => discardFrom(queue, missing, out)));
  });
  if (missing.size > 0) throw notFound([...missing]);
}

async function discardFrom(
  { queue, describe }: StageQueue,
  missing: Set<string>,
  out: Writable,
): Promise<void> {
  if (missing.size === 0) return;
  for await (const message of browse(queue)) {
    if (!missing.delete(message.id)) continue;
    await queue.delete(message);
    out.write(`discarded  ${message.id}  ${describe(message.body).what}\n`);
    if (missing.size === 0) return;
  }
}
