import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AwsClients } from './clients.ts';
import { createClients, destroyClients } from './clients.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from './constants.ts';
import { environmentFor } from './environment.ts';
import { EmbeddedAwsError } from './errors.ts';
import type { Endpoints, FromServers, ServerOptions, ToServers } from './worker-protocol.ts';

/** Options of {@link startEmbeddedAws}. */
export interface EmbeddedAwsOptions {
  /** Shards of each DynamoDB stream; 1 unless given. */
  readonly streamShards?: number;
  /** Called if the servers die while in use. Unless given, the error is thrown and ends the process. */
  readonly onFailure?: (error: EmbeddedAwsError) => void;
}

/** Kinesis, DynamoDB with streams, SNS, SQS and S3, running on this machine. */
export interface EmbeddedAws {
  readonly endpoints: Endpoints;
  /** Environment variables for processes and Lambda workers whose SDK clients are to use the servers. */
  readonly env: Readonly<Record<string, string>>;
  readonly clients: AwsClients;
  readonly region: string;
  readonly account: string;
  /** Ends servers and clients and leaves nothing open; may be called again. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded AWS on free ports of 127.0.0.1, in a thread of its own, so that servers and host share two
 * cores. Nothing is kept on disk.
 * @throws {EmbeddedAwsError} when a server does not start
 * @example
 * const aws = await startEmbeddedAws();
 * await aws.clients.kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 2 }));
 * await aws.stop();
 */
export async function startEmbeddedAws(options: EmbeddedAwsOptions = {}): Promise<EmbeddedAws> {
  const { streamShards = 1, onFailure = rethrow } = options;
  const worker = new Worker(new URL('./servers-thread.mjs', import.meta.url), {
    workerData: { streamShards } satisfies ServerOptions,
    // kinesalite and dynalite make their ARNs from these.
    env: { ...process.env, AWS_ACCOUNT_ID: LOCAL_ACCOUNT, AWS_REGION: LOCAL_REGION },
  });
  const endpoints = await whenReady(worker);
  const clients = createClients(endpoints);
  worker.on('error', (cause) => {
    onFailure(new EmbeddedAwsError(`The embedded AWS died: ${cause.message}`, { cause }));
  });

  let stopping: Promise<void> | undefined;
  return {
    endpoints,
    env: environmentFor(endpoints),
    clients,
    region: LOCAL_REGION,
    account: LOCAL_ACCOUNT,
    stop: () => (stopping ??= stop(worker, clients)),
  };
}

async function whenReady(worker: Worker): Promise<Endpoints> {
  try {
    const [message] = (await once(worker, 'message')) as [FromServers];
    return message.ready;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddedAwsError(`The embedded AWS did not start: ${reason}`, { cause });
  }
}

async function stop(worker: Worker, clients: AwsClients): Promise<void> {
  destroyClients(clients);
  // A worker that has died already has no thread id left and will not exit a second time.
  if (worker.threadId === -1) return;
  const exited = once(worker, 'exit');
  worker.postMessage('stop' satisfies ToServers);
  await exited;
}

function rethrow(error: EmbeddedAwsError): never {
  throw error;
}
