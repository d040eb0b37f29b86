import { Worker } from 'node:worker_threads';
import { EmbeddedAwsError } from './errors.ts';
import type { Endpoints, FromServers, ServerOptions, ToServers } from './thread-protocol.ts';

/** The running thread of the servers. */
export interface ServersThread {
  readonly endpoints: Endpoints;
  /** Ends servers and thread; does nothing once the thread has ended. */
  stop(): Promise<void>;
}

/**
 * Starts the servers in a thread.
 * @param entry - the module that the thread runs; it posts {@link FromServers} when it is ready
 * @param env - the thread's environment variables
 * @param onFailure - called if the thread dies after it was ready, before it is told to stop
 * @throws {EmbeddedAwsError} when the thread dies before it is ready
 */
export async function startThread(
  entry: URL,
  options: ServerOptions,
  env: NodeJS.ProcessEnv,
  onFailure: (error: EmbeddedAwsError) => void,
): Promise<ServersThread> {
  const worker = new Worker(entry, { workerData: options, env });
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      resolve();
    });
  });
  const endpoints = await whenReady(worker);
  worker.on('error', (cause) => {
    onFailure(new EmbeddedAwsError(`The embedded AWS died: ${cause.message}`, { cause }));
  });
  return {
    endpoints,
    stop: async () => {
      worker.postMessage('stop' satisfies ToServers);
      await exited;
    },
  };
}

function whenReady(worker: Worker): Promise<Endpoints> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      reject(new EmbeddedAwsError(`The embedded AWS did not start: ${cause.message}`, { cause }));
    };
    const exit = (code: number) => {
      fail(new Error(`its thread ended with code ${code}`));
    };
    worker.once('error', fail);
    worker.once('exit', exit);
    worker.once('message', ({ ready }: FromServers) => {
      worker.off('error', fail);
      worker.off('exit', exit);
      resolve(ready);
    });
  });
}
