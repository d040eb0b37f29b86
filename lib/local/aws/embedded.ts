import type { AwsClients } from './clients.ts';
import { createClients, destroyClients } from './clients.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from './constants.ts';
import { environmentFor } from './environment.ts';
import type { EmbeddedAwsError } from './errors.ts';
import { startThread } from './thread.ts';
import type { Endpoints } from './thread-protocol.ts';

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
  // kinesalite and dynalite make their ARNs from these variables.
  const env = { ...process.env, AWS_ACCOUNT_ID: LOCAL_ACCOUNT, AWS_REGION: LOCAL_REGION };
  const entry = new URL('./servers-thread.mjs', import.meta.url);
  const thread = await startThread(entry, { streamShards }, env, onFailure);
  const clients = createClients(thread.endpoints);

  let stopped: Promise<void> | undefined;
  return {
    endpoints: thread.endpoints,
    env: environmentFor(thread.endpoints),
    clients,
    region: LOCAL_REGION,
    account: LOCAL_ACCOUNT,
    stop: () => {
      stopped ??= thread.stop();
      destroyClients(clients);
      return stopped;
    },
  };
}

function rethrow(error: EmbeddedAwsError): never {
  throw error;
}
