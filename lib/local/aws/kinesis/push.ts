import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { answerHeaders } from './answer.ts';
import type { ShardSubscription } from './api.ts';
import { ApiError, toApiError } from './errors.ts';
import { EVENT_STREAM_TYPE, EventStreamEncoder } from './event-stream.ts';

/**
 * Pushes what a subscription brings, for as long as it lasts and the client listens, no faster than the client reads.
 * A subscription that has run its time ends without a word; one that is taken away ends with the error.
 */
export async function push({ lease, events }: ShardSubscription, response: ServerResponse): Promise<void> {
  const encoder = new EventStreamEncoder();
  if (response.closed) {
    lease.release();
    return;
  }
  response.on('close', lease.release);
  response.writeHead(200, answerHeaders(EVENT_STREAM_TYPE));
  response.write(encoder.initialResponse());
  try {
    for await (const event of events) {
      const hasRoom = response.write(encoder.event('SubscribeToShardEvent', event));
      if (!hasRoom) await once(response, 'drain', { signal: lease.signal });
    }
    lease.signal.throwIfAborted();
  } catch (error) {
    const reason = toApiError(lease.signal.aborted ? lease.signal.reason : error);
    if (reason instanceof ApiError) response.write(encoder.exception(reason.body));
    else if (!lease.signal.aborted) response.destroy(error instanceof Error ? error : undefined);
  }
  response.end();
  lease.release();
}
