import type { NoticeMessage } from '../notify/message.ts';
import type { Adapter } from './port.ts';
import { post, type PostOptions } from './post.ts';
import { readMessages } from './read-messages.ts';

/** What became of the messages of an event. */
export interface DeliveryReport {
  /** In their order. */
  readonly delivered: readonly NoticeMessage[];
  /** One for each message that was not taken. */
  readonly errors: readonly unknown[];
}

/**
 * Passes the messages in a Lambda event of an SNS topic on to another service, one after another. One that comes again is passed on
 * again: the services tell it by its group's key, or show it twice.
 *
 * @throws {MessageError} if the event holds anything else
 * @example
 * const { errors } = await deliver(event, slack(webhook), { hasTimeFor: (ms) => ms < context.getRemainingTimeInMillis() });
 */
export async function deliver(event: unknown, adapt: Adapter, options: PostOptions): Promise<DeliveryReport> {
  const delivered: NoticeMessage[] = [];
  const errors: unknown[] = [];
  for (const message of readMessages(event)) {
    try {
      await post(adapt(message), options);
      delivered.push(message);
    } catch (error) {
      errors.push(error);
    }
  }
  return { delivered, errors };
}
