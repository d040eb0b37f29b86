import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Retry } from '../store/retry.ts';
import type { QuarantineMessage } from './message.ts';

/** Messages that SQS would not take. */
export class QuarantineError extends Error {
  override readonly name = 'QuarantineError';
}

// A request takes 10 messages and 256 KiB:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
const MOST_MESSAGES = 10;
const MOST_BYTES = 256 * 1024;
const ONCE = new Retry({ attempts: 1 });

/**
 * Sends messages to the quarantine queue, as many a request as SQS takes.
 *
 * @param retry makes each request; once, unless given
 * @throws {QuarantineError} if SQS refuses one of them; those sent before stay sent, under the same ids
 * @throws {OutOfTimeError} if there was no time for all of them; likewise
 */
export async function sendToQuarantine(
  client: SQSClient,
  queueUrl: string,
  messages: readonly QuarantineMessage[],
  retry = ONCE,
): Promise<void> {
  for (const bodies of requests(messages.map(bodyOf))) {
    const request = new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: bodies.map((body, i) => ({ Id: String(i), MessageBody: body })),
    });
    const answer = await retry.run(() => client.send(request));
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
