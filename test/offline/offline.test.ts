import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyOfService, serverless } from '../deploy/service.ts';
import { eventually, startOffline, type OfflineProcess } from './offline-process.ts';
import { makeShop } from './shop.ts';

const READY = /Server ready/;
const HOOK_MS = 300_000;

describe.concurrent('serverless offline', () => {
  let shop: Service;
  let weir: Service;
  const started: Service[] = [];

  beforeAll(async () => {
    const directories = await Promise.all([makeShop(), copyOfService()]);
    for (const directory of directories) started.push({ directory, offline: await startOffline(directory) });
    [shop, weir] = started as [Service, Service];
    await Promise.all(started.map(({ offline }) => offline.written(READY)));
  }, HOOK_MS);

  afterAll(async () => {
    for (const { offline, directory } of started) {
      offline.kill();
      await rm(directory, { recursive: true, force: true });
    }
  });

  test(
    'runs another service: streams of both kinds, topics and HTTP, new code at once, and nothing left',
    async ({ expect }) => {
      const { offline, directory } = shop;
      await put(offline, 'shop-events', ['order-1', 'again-1']);
      expect(await order(offline, 'order-1')).toEqual({ id: 'order-1', times: 1, by: 'first' });
      expect(await order(offline, 'again-1')).toEqual({ id: 'again-1', times: 1, by: 'first' });

      await snsClient(offline).send(
        new PublishCommand({
          TopicArn: 'arn:aws:sns:us-east-1:000000000000:shop-news',
          Message: 'told-1',
          Subject: 'today',
        }),
      );
      expect(await order(offline, 'told-1')).toMatchObject({ by: 'aws:sns today' });

      // Records come before, while and after the code changes: each counts once, whoever folds it.
      const ids = Array.from({ length: 60 }, (_, i) => `flow-${i}`);
      const putting = (async () => {
        for (const id of ids) await put(offline, 'shop-events', [id]);
      })();
      await writeFile(join(directory, 'src/by.mjs'), `export const by = 'second';\n`);
      await putting;
      await offline.written(/Functions reloaded/);
      await put(offline, 'shop-events', ['order-2']);
      expect(await order(offline, 'order-2')).toEqual({ id: 'order-2', times: 1, by: 'second' });
      for (const id of ids) expect(await order(offline, id)).toMatchObject({ id, times: 1 });

      expect(await offline.interrupt()).toBe(0);
      await expect(fetch(offline.url)).rejects.toThrow('fetch failed');
      await expect(fetch(offline.variable('AWS_ENDPOINT_URL_KINESIS'))).rejects.toThrow('fetch failed');
      expect(await readdir(join(directory, '.weir'))).toEqual([]);
      expect(existsSync(join(directory, '.serverless'))).toBe(false);
    },
    HOOK_MS,
  );

  test(
    'runs weir: from its stream to its HTTP API, and what esbuild has built anew',
    async ({ expect }) => {
      const { offline, directory } = weir;
      const events = Array.from({ length: 30 }, (_, i) =>
        JSON.stringify({
          time: `2001-06-14T16:${10 + i}:00Z`,
          origin: 'ORD',
          destination: 'JFK',
          delay: 5,
          distance: 740,
        }),
      );
      await put(offline, 'weir-dev-events', events);
      const query = 'departures?origin=ORD&from=2001-06-14T16:00:00Z&to=2001-06-14T17:00:00Z&resolution=1h';
      const flights = await eventually(async () => {
        const answer = (await (await fetch(`${offline.url}/aggregates/${query}`)).json()) as {
          panes: { measures: { flights: number } }[];
        };
        // One batch after the other, from more shards than one.
        const flights = answer.panes[0]?.measures.flights ?? 0;
        return flights >= events.length ? flights : undefined;
      }, 'a pane of all events');
      expect(flights).toBe(30);

      const pipeline = join(directory, 'pipeline.ts');
      const source = await readFile(pipeline, 'utf8');
      await writeFile(pipeline, `${source}\nexport const = broken;\n`);
      await offline.written(/Bundle error/);
      expect(await measures(offline)).toContain('worst');
      await writeFile(pipeline, source.replace('worst:', 'worstDelay:'));
      await eventually(
        async () => ((await measures(offline)).includes('worstDelay') ? true : undefined),
        'the new pipeline',
      );

      expect(await offline.interrupt()).toBe(0);
      expect(await readdir(join(directory, '.weir'))).toEqual([]);
    },
    HOOK_MS,
  );
});

describe('the embedded AWS', () => {
  test(
    'is no part of other commands',
    async () => {
      const directory = await makeShop();
      try {
        const { status, output } = await serverless(directory, ['print', '--path', 'service']);
        expect({ status, output: output.trim() }).toEqual({ status: 0, output: 'shop' });
        expect(existsSync(join(directory, '.weir'))).toBe(false);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
    HOOK_MS,
  );
});

interface Service {
  readonly directory: string;
  readonly offline: OfflineProcess;
}

async function put(offline: OfflineProcess, stream: string, data: readonly string[]): Promise<void> {
  const client = new KinesisClient({
    ...clientOptions(offline, 'KINESIS'),
    requestHandler: new NodeHttpHandler(),
  });
  const { FailedRecordCount: failed } = await client.send(
    new PutRecordsCommand({
      StreamName: stream,
      Records: data.map((text) => ({ PartitionKey: 'one', Data: Buffer.from(text) })),
    }),
  );
  client.destroy();
  expect(failed).toBe(0);
}

function snsClient(offline: OfflineProcess): SNSClient {
  return new SNSClient(clientOptions(offline, 'SNS'));
}

function clientOptions(offline: OfflineProcess, service: string) {
  return {
    endpoint: offline.variable(`AWS_ENDPOINT_URL_${service}`),
    region: offline.variable('AWS_REGION'),
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  };
}

function order(offline: OfflineProcess, id: string): Promise<unknown> {
  return eventually(async () => {
    const answer = await fetch(`${offline.url}/orders/${id}`);
    return answer.status === 404 ? undefined : await answer.json();
  }, `order ${id}`);
}

async function measures(offline: OfflineProcess): Promise<string[]> {
  const answer = (await (await fetch(`${offline.url}/aggregates`)).json()) as {
    aggregates: { measures: Record<string, string> }[];
  };
  return answer.aggregates.flatMap((aggregate) => Object.keys(aggregate.measures));
}
