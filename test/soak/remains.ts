import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AlertState } from '../../lib/alerts/state.ts';
import { DynamoDbSource } from '../../lib/esm/sources/dynamodb.ts';
import { GetRecordsCommand, GetShardIteratorCommand, ListShardsCommand } from '@aws-sdk/client-kinesis';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { mergeAccs, resultsOf } from '../../lib/fold/pane.ts';
import { readAlertChange } from '../../lib/handle/alert-changes.ts';
import { decodeStreamEvent } from '../../lib/handle/stream-records.ts';
import type { AwsClients } from '../../lib/local/aws/clients.ts';
import { QueueReader } from '../../lib/local/queue-reader.ts';
import { storedPanes } from '../../lib/local/stored.ts';
import type { Aggregate, Pipeline } from '../../lib/pipeline/pipeline.ts';
import type { ShardRecords, StoredPane, StreamRecord } from './account.ts';
import { paneName } from './expected.ts';
import { digestOf, type Put } from './flights.ts';

/** Something is in the stream that nobody put. */
export class StrangerError extends Error {
  override readonly name = 'StrangerError';
}

/**
 * Reads all shards of the stream from their beginnings, closed ones too.
 *
 * @param known what was put, by digest
 * @throws {StrangerError} for a record that was not
 */
export async function readStream(
  client: KinesisClient,
  stream: string,
  known: ReadonlyMap<string, Put>,
): Promise<ShardRecords[]> {
  const { Shards: shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }));
  const all: ShardRecords[] = [];
  for (const { ShardId: shardId = '' } of shards)
    all.push({ shardId, records: await readShard(client, stream, shardId, known) });
  return all;
}

async function readShard(
  client: KinesisClient,
  stream: string,
  shardId: string,
  known: ReadonlyMap<string, Put>,
): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  const start = { StreamName: stream, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  let { ShardIterator: iterator } = await client.send(new GetShardIteratorCommand(start));
  while (iterator !== undefined) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 10_000 }));
    for (const { SequenceNumber: sequence = '', Data: bytes = new Uint8Array() } of page.Records ?? []) {
      const put = known.get(digestOf(bytes));
      if (put === undefined) throw new StrangerError(`nobody put record ${sequence} of ${shardId}`);
      records.push({ sequence, contents: put.contents, isAggregated: put.isAggregated });
    }
    const isAtTip = (page.Records ?? []).length === 0 && (page.MillisBehindLatest ?? 0) === 0;
    iterator = isAtTip ? undefined : page.NextShardIterator;
  }
  return records;
}

/** What every pane holds, all lanes together, by name. */
export async function readPanes(
  client: DynamoDBClient,
  table: string,
  pipeline: Pipeline,
): Promise<Map<string, StoredPane>> {
  const merged = new Map<string, { aggregate: Aggregate; accs: unknown[]; records: number }>();
  for await (const { aggregate, key, start, accs, records } of storedPanes(client, table, pipeline)) {
    const name = paneName(aggregate.name, key, start);
    const pane = merged.get(name);
    if (pane === undefined) {
      merged.set(name, { aggregate, accs: [...accs], records });
      continue;
    }
    mergeAccs(aggregate, pane.accs, accs);
    pane.records += records;
  }
  return new Map(
    [...merged].map(([name, { aggregate, accs, records }]) => [
      name,
      { records, results: resultsOf(aggregate, accs) },
    ]),
  );
}

/** Every transition that was written to the alerts table, in order for each alert and key. */
export async function readTransitions(
  { dynamodb, dynamodbStreams }: Pick<AwsClients, 'dynamodb' | 'dynamodbStreams'>,
  table: string,
): Promise<AlertState[]> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: table }));
  const source = new DynamoDbSource(dynamodbStreams, Table?.LatestStreamArn ?? '');
  const transitions: AlertState[] = [];
  for (const { id } of await source.listShards()) {
    let iterator: string | undefined = await source.getIterator(id, { type: 'TRIM_HORIZON' });
    while (iterator !== undefined) {
      const page = await source.getRecords(id, iterator);
      const { changes } = decodeStreamEvent({ Records: page.records.map(({ event }) => event) });
      for (const change of changes) transitions.push(...readAlertChange(change).transitions);
      iterator = page.records.length === 0 ? undefined : page.nextIterator;
    }
  }
  return transitions;
}

/** Bodies of all messages of a queue, which is empty then. */
export async function readQueue(client: SQSClient, url: string): Promise<string[]> {
  const bodies: string[] = [];
  const reader = new QueueReader(client, url, (body) => bodies.push(body));
  await reader.drain();
  await reader.stop();
  return bodies;
}
