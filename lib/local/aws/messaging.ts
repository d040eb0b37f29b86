import { buildApp } from 'fauxqs';
import { LOCAL_REGION } from './constants.ts';
import type { RunningServer } from './http.ts';
import { endpointOf, keepConnections } from './http.ts';

/** Starts the embedded SNS, SQS and S3 (fauxqs), which share one port. */
export async function startMessaging(): Promise<RunningServer> {
  // `host` is left out: with it, queue URLs would get a host name of their own instead of the endpoint's.
  const app = buildApp({ logger: false, defaultRegion: LOCAL_REGION });
  keepConnections(app.server);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { endpoint: endpointOf(app.server), stop: () => app.close() };
}
