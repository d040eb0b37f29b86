import type { BuildAppOptions } from 'fauxqs';
import { buildApp } from 'fauxqs';
import { LOCAL_REGION } from './constants.ts';
import type { RunningServer } from './http.ts';
import { endpointOf, keepConnections } from './http.ts';

type Stores = NonNullable<BuildAppOptions['stores']>;

/** Starts the embedded SNS, SQS and S3 (fauxqs), which share one port. */
export async function startMessaging(): Promise<RunningServer> {
  const app = buildApp({ logger: false, defaultRegion: LOCAL_REGION, stores: await emptyStores() });
  keepConnections(app.server);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { endpoint: endpointOf(app.server), stop: () => app.close() };
}

/**
 * The stores that fauxqs would make itself, but for the host in queue URLs. With its own, a queue's URL begins with
 * `sqs.us-east-1.localhost`, a name that most machines cannot resolve, and an SDK client whose endpoint comes from the
 * environment sends to the queue's URL. Without a host, it begins with the endpoint that created the queue.
 * The classes are not exported, so package.json pins fauxqs 1.9.2.
 */
async function emptyStores(): Promise<Stores> {
  const { SqsStore } = await inside<{ SqsStore: new () => Stores['sqsStore'] }>('sqs/sqsStore.js');
  const { SnsStore } = await inside<{ SnsStore: new () => Stores['snsStore'] }>('sns/snsStore.js');
  const { S3Store } = await inside<{ S3Store: new () => Stores['s3Store'] }>('s3/s3Store.js');
  const sqsStore = new SqsStore();
  sqsStore.host = '';
  return { sqsStore, snsStore: new SnsStore(), s3Store: new S3Store() };
}

async function inside<T>(file: string): Promise<T> {
  return (await import(new URL(file, import.meta.resolve('fauxqs')).href)) as T;
}
