import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QuarantineMessage } from './message.ts';

/** Messages that SQS would not take. */
export class QuarantineError extends Error {
  override readonly name = 'QuarantineError';
}

// A request takes 10 messages and 256 KiB:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
const MOST_MESSAGES = 10;
const MOST_BYTES = 256 * 1024;

/**
 * Sends messages to the quarantine queue, as many a request as SQS takes.
 *
 * @throws {QuarantineError} if SQS refuses one of them; those sent before stay sent, under the same ids
 */
export async function sendToQuarantine(
  client: SQSClient,
  queueUrl: string,
  messages: readonly QuarantineMessage[],
): Promise<void> {
  for (const bodies of requests(messages.map(bodyOf))) {
    const answer = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: bodies.map((body, i) => ({ Id: String(i), MessageBody: body })),
      }),
    );
    const [refused] = answer.Failed ?? [];
    if (refused !== undefined)
      throw new QuarantineError(
        `the quarantine queue refused a message: ${refused.Code ?? ''} ${refused.Message ?? ''}`,
      );
  }
}

// SQS takes only XML's characters, and JSON lets others stand: in ASCII, every escape is plain text.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
function bodyOf(message: QuarantineMessage): string {
  return JSON.stringify(message).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function* requests(bodies: readonly string[]): Generator<string[]> {
  let request: string[] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    if (request.length === MOST_MESSAGES || (request.length > 0 && bytes + size > MOST_BYTES)) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push(body);
    bytes += size;
  }
  if (request.length > 0) yield request;
}
