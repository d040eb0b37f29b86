import type { Context } from 'aws-lambda';
import { deliver } from '../adapters/deliver.ts';
import type { Adapter } from '../adapters/port.ts';
import { logErrors, logger, metrics } from './observe.ts';

// To log what went wrong and to report it.
const REPORT_MS = 1_000;

/**
 * Passes the messages of an invocation on to another service, again and again for as long as it has time.
 *
 * @throws what kept a message from being delivered: Lambda brings the event again, and then sets it aside
 */
export async function forward(adapt: Adapter, event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  const { delivered, errors } = await deliver(event, adapt, {
    hasTimeFor: (ms) => context.getRemainingTimeInMillis() > ms + REPORT_MS,
  }).catch((error: unknown) => ({ delivered: [], errors: [error] }));
  logErrors(
    'a message was not delivered; Lambda brings it again, and sets it aside after the third time',
    errors,
  );
  metrics({ AlertsForwarded: delivered.length, AlertsNotForwarded: errors.length });
  if (errors.length > 0) throw errors[0];
}
