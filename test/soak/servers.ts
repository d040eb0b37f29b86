import { createClients, destroyClients } from '../../lib/local/aws/clients.ts';
import { startEmbeddedAws, type EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { environmentFor } from '../../lib/local/aws/environment.ts';
import { Proxy, type Moment } from './proxy.ts';

/** The embedded AWS behind proxies: everybody connects through these, and each server can die. */
export interface Servers {
  readonly aws: EmbeddedAws;
  /** Kinesis, DynamoDB, and SNS with SQS. */
  readonly count: number;
  /** Kills some servers; resolves when they are back. @param which their indexes */
  kill(which: readonly number[], moment: Moment, downMs: number): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const inner = await startEmbeddedAws();
  const kinesis = await Proxy.start(inner.endpoints.kinesis);
  const dynamodb = await Proxy.start(inner.endpoints.dynamodb);
  const messaging = await Proxy.start(inner.endpoints.sqs);
  const proxies = [kinesis, dynamodb, messaging];
  const endpoints = {
    kinesis: kinesis.endpoint,
    dynamodb: dynamodb.endpoint,
    sns: messaging.endpoint,
    sqs: messaging.endpoint,
    s3: messaging.endpoint,
  };
  const clients = createClients(endpoints);
  const stop = async (): Promise<void> => {
    destroyClients(clients);
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await inner.stop();
  };
  let stopped: Promise<void> | undefined;
  return {
    aws: { ...inner, endpoints, env: environmentFor(endpoints), clients, stop: () => (stopped ??= stop()) },
    count: proxies.length,
    kill: async (which, moment, downMs) => {
      await Promise.all(which.map((index) => proxies[index]!.kill(moment, downMs)));
    },
  };
}
