import type { ShardSource } from '../../lib/esm/index.ts';
import { readFailedBatch, type FailedBatch } from '../../lib/redrive/failed-batch.ts';
import { redriveRange } from '../../lib/redrive/redrive-batch.ts';
import { ShardRange } from '../../lib/redrive/shard-range.ts';
import type { Invocation } from './invocation.ts';
import { REDRIVE_TIMEOUT_MS, type SimLambda } from './lambda.ts';
import { FAILURES, type Service } from './service.ts';
import type { SimDynamo } from './sim-dynamo.ts';
import type { SimKinesis } from './sim-kinesis.ts';
import type { SimQueues } from './sim-queue.ts';

interface Parts {
  readonly lambda: SimLambda;
  readonly service: Service;
  readonly kinesis: SimKinesis;
  readonly dynamo: SimDynamo;
  readonly queues: SimQueues;
}

/** Redrives every message of the failure queue once; what fails stays there. Gives how many are there for good. */
export async function redriveAll(parts: Parts): Promise<number> {
  let kept = 0;
  for (const { id, body } of [...parts.queues.messages(FAILURES)]) {
    const batch = readFailedBatch(body);
    if ('bucket' in batch) throw new Error('there are no buckets here');
    const invocation = parts.lambda.start('redrive', { timeoutMs: REDRIVE_TIMEOUT_MS });
    try {
      const done = await redrive(parts, invocation, batch);
      if (done === 'repaired') parts.queues.delete(FAILURES, id);
      else if (done === 'kept') kept++;
    } catch {
      // It stays, and is redriven again.
    }
  }
  return kept;
}

async function redrive(
  parts: Parts,
  invocation: Invocation,
  batch: FailedBatch,
): Promise<'repaired' | 'kept' | 'failed'> {
  const { service, kinesis } = parts;
  const retry = service.retry(invocation);
  const { first, last } = batch;
  if (batch.source === 'kinesis') {
    const range = new ShardRange(readBy(invocation, kinesis.stream), batch.shardId, retry);
    const done = await redriveRange(service.redrive(invocation), { range, first, last, givenUp: true });
    return done.kind;
  }
  const table = batch.streamArn.includes('table/alerts') ? 'alerts' : 'aggregates';
  const range = new ShardRange(readBy(invocation, parts.dynamo.streams.get(table)!), batch.shardId, retry);
  for await (const records of range.read(first, last)) {
    const event = { Records: records.map(({ event }) => event) };
    const { batchItemFailures } = await service.run(
      table === 'alerts' ? 'notify' : 'evaluate',
      invocation,
      event,
    );
    if (batchItemFailures.length > 0) return 'failed';
  }
  return 'repaired';
}

/** A stream whose every read is a call of an invocation. */
function readBy(invocation: Invocation, source: ShardSource): ShardSource {
  return {
    batchInfoName: source.batchInfoName,
    listShards: () => source.listShards(),
    getIterator: (shard, position) =>
      invocation.call('GetShardIterator', () => source.getIterator(shard, position)),
    getRecords: (shard, iterator) => invocation.call('GetRecords', () => source.getRecords(shard, iterator)),
  };
}
