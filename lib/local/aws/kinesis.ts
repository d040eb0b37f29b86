import { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import kinesalite from 'kinesalite';
import type { RunningServer } from './http.ts';
import { readBody, serve } from './http.ts';

/** More shards than anybody needs on a laptop; kinesalite's own limit is 10. */
const SHARD_LIMIT = 1_000;

/**
 * Starts the embedded Kinesis (kinesalite). It reads account and region from AWS_ACCOUNT_ID and AWS_REGION.
 *
 * The request is read here and handed to kinesalite whole: it throws from an event handler, and so ends the
 * process, when a client goes away in the middle of a request, which is what a Lambda that times out does.
 */
export async function startKinesis(): Promise<RunningServer> {
  const inner = kinesalite({
    createStreamMs: 0,
    deleteStreamMs: 0,
    updateStreamMs: 0,
    shardLimit: SHARD_LIMIT,
  });
  const [handle] = inner.listeners('request') as RequestListener[];
  if (!handle) throw new Error('kinesalite made a server without a request listener: is it version 3.3.3?');

  const front = await serve((request, response) => {
    readBody(request).then(
      (body) => {
        replay(handle, request, response, body);
      },
      () => response.destroy(),
    );
  });
  return {
    endpoint: front.endpoint,
    stop: async () => {
      await front.stop();
      await new Promise<void>((resolve) => {
        // Its server never listened, so closing it always reports "not running" once the store is closed.
        inner.close(() => {
          resolve();
        });
      });
    },
  };
}

function replay(
  handle: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  const { method, url, headers } = request;
  const whole = Object.assign(new EventEmitter(), { method, url, headers });
  handle(whole as unknown as IncomingMessage, response);
  if (body.length > 0) whole.emit('data', body);
  whole.emit('end');
}
