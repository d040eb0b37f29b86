import type { Writable } from 'node:stream';
import { decodeJson } from '../decode/json.ts';
import { browse } from '../redrive/browse.ts';
import { isoTime } from '../time/event-time.ts';
import { withAws } from './aws-errors.ts';
import { CommandError } from './errors.ts';
import { findStage, type StageOptions, type StageQueue } from './redrive-stage.ts';
import type { QueueMessage } from '../redrive/queue.ts';

/** `weir redrive show ID`: a message as it stands, and its data in the clear. */
export async function showMessage(id: string, options: StageOptions, out: Writable): Promise<void> {
  const found = await withAws(async () => {
    const { failures, quarantine } = await findStage(options);
    return (await Promise.all([find(failures, id), find(quarantine, id)])).find((one) => one !== undefined);
  });
  if (found === undefined) throw notFound([id]);
  const { queue, message } = found;
  const body = parsed(message.body);
  const shown = { id, queue, sent: isoTime(message.sentAt), message: body, ...dataOf(body) };
  out.write(`${JSON.stringify(shown, null, 2)}\n`);
}

/** What is said of messages that are not found. */
export function notFound(ids: readonly string[]): CommandError {
  return new CommandError(
    `neither queue shows a message ${ids.join(', ')}; it may be redriven already, or hidden for some minutes by a redrive`,
  );
}

async function find(
  { name, queue }: StageQueue,
  id: string,
): Promise<{ readonly queue: StageQueue['name']; readonly message: QueueMessage } | undefined> {
  for await (const message of browse(queue)) {
    if (message.id === id) return { queue: name, message };
  }
  return undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

/** The decoded data of a quarantined record: JSON as it is, other text as text; nothing if it is neither. */
function dataOf(body: unknown): { readonly decoded?: unknown } {
  if (typeof body !== 'object' || body === null || !('data' in body) || typeof body.data !== 'string')
    return {};
  const bytes = Buffer.from(body.data, 'base64');
  const json = decodeJson(bytes);
  if ('value' in json) return { decoded: json.value };
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') ? {} : { decoded: text };
}
