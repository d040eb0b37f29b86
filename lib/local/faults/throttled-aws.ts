import { createClients, destroyClients, type AwsClients } from '../aws/clients.ts';
import type { EmbeddedAws } from '../aws/embedded.ts';
import { environmentFor } from '../aws/environment.ts';
import type { Chance } from './chance.ts';
import { startThrottlingProxy } from './throttling-proxy.ts';

/** An embedded AWS whose calls can be refused. */
export interface ThrottledAws {
  /** For what is to suffer: the functions and their mappings. Nothing is refused until a rate is set. */
  readonly aws: EmbeddedAws;
  /** For who looks on: their calls are never refused. */
  readonly calm: AwsClients;
  setRate(rate: number): void;
  refused(): number;
}

/** Puts a proxy before each server of an embedded AWS. Stopping the one that is given back stops the other. */
export async function throttleAws(inner: EmbeddedAws, chance: Chance): Promise<ThrottledAws> {
  const { kinesis, dynamodb, sqs } = inner.endpoints;
  const proxies = await Promise.all([
    startThrottlingProxy(kinesis, 'kinesis', chance),
    startThrottlingProxy(dynamodb, 'dynamodb', chance),
    startThrottlingProxy(sqs, 'messaging', chance),
  ]);
  const [before, beforeDynamodb, messaging] = proxies;
  const endpoints = {
    ...inner.endpoints,
    kinesis: before.endpoint,
    dynamodb: beforeDynamodb.endpoint,
    sns: messaging.endpoint,
    sqs: messaging.endpoint,
  };
  const clients = createClients(endpoints);
  const stop = async (): Promise<void> => {
    destroyClients(clients);
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await inner.stop();
  };
  let stopped: Promise<void> | undefined;
  return {
    aws: {
      ...inner,
      endpoints,
      env: { ...inner.env, ...environmentFor(endpoints) },
      clients,
      stop: () => (stopped ??= stop()),
    },
    calm: inner.clients,
    setRate: (rate) => {
      for (const proxy of proxies) proxy.setRate(rate);
    },
    refused: () => proxies.reduce((sum, proxy) => sum + proxy.refused(), 0),
  };
}
