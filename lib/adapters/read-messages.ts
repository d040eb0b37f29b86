import type { NoticeMessage } from '../notify/message.ts';

/** An event that holds no message which an adapter can pass on. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
}

interface LooseRecord {
  readonly EventSource?: unknown;
  readonly Sns?: { readonly Message?: unknown; readonly MessageId?: unknown };
}

/**
 * The messages in a Lambda event of an SNS topic: one, as SNS invokes.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 *
 * @throws {MessageError} if it is another event, or holds something else than a message of version 2
 */
export function readMessages(event: unknown): NoticeMessage[] {
  const records: unknown =
    typeof event === 'object' && event !== null && 'Records' in event ? event.Records : undefined;
  if (!Array.isArray(records) || records.length === 0) {
    throw new MessageError('the event has no Records; this function is to be subscribed to the alerts topic');
  }
  return records.map(readMessage);
}

function readMessage(record: unknown): NoticeMessage {
  const { EventSource: source, Sns: sns } = (record ?? {}) as LooseRecord;
  if (source !== 'aws:sns' || typeof sns?.Message !== 'string') {
    throw new MessageError(`the record comes from ${JSON.stringify(source ?? null)}, not from aws:sns`);
  }
  const message = parse(sns.Message, sns.MessageId);
  check(message, sns.MessageId);
  return message;
}

function parse(text: string, id: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MessageError(`message ${String(id)} is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

// The topic is the service's own, and notify's messages are held to their schema: this tells others from them.
const NEEDED = [
  'id',
  'kind',
  'state',
  'alert',
  'severity',
  'group',
  'labels',
  'counts',
  'alerts',
  'links',
] as const;

function check(message: unknown, id: unknown): asserts message is NoticeMessage {
  const given = (message ?? {}) as Partial<Record<keyof NoticeMessage, unknown>>;
  if (given.version !== 2) {
    throw new MessageError(
      `message ${String(id)} is not an alert message of version 2 (version: ${JSON.stringify(given.version ?? null)}); something else publishes to the topic, or the function is older than notify`,
    );
  }
  const lacking = NEEDED.filter((field) => given[field] === undefined);
  if (lacking.length > 0 || !Array.isArray(given.alerts)) {
    throw new MessageError(
      `message ${String(id)} lacks ${lacking.join(', ') || 'a list of alerts'}; something else publishes to the topic`,
    );
  }
}
