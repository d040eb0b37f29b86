import { parentPort, workerData } from 'node:worker_threads';
import { startServers } from './servers.ts';
import type { FromServers, ServerOptions } from './thread-protocol.ts';

/** The body of the servers' thread: starts them, says where they are, and ends when it is told to. */
if (!parentPort)
  throw new Error('servers-thread.ts runs only as a worker thread: call startEmbeddedAws() instead.');
const host = parentPort;
const servers = await startServers(workerData as ServerOptions);
host.once('message', () => {
  void servers.stop().finally(() => {
    host.close();
  });
});
host.postMessage({ ready: servers.endpoints } satisfies FromServers);
