import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { MergedPane } from '../alerts/evidence.ts';
import type { PaneReader, RangeOptions, Watermarks } from '../alerts/port.ts';
import { mergeAccs } from '../fold/pane.ts';
import type { Aggregate, Pipeline } from '../pipeline/pipeline.ts';
import type { Standstill } from '../standstill/standstill.ts';
import { isoTime } from '../time/event-time.ts';
import { pipelineWatermark } from '../time/watermark.ts';
import type { Dynamo, DynamoOptions } from './dynamo.ts';
import { getItem } from './get-item.ts';
import { lanePartitions, panePartition, readPaneItemKey } from './keys.ts';
import { readLaneItem } from './lane-item.ts';
import { isWithoutRecords, textOf } from './pane-item.ts';
import type { StoredLane } from './port.ts';
import { queryAll } from './query-all.ts';
import { Retry } from './retry.ts';
import { rollupAccs } from './rollup-item.ts';
import { ONLY_HIGHER, readWatermarkItem, WATERMARK_KEY, watermarkItem } from './watermark-item.ts';

/** What the reader needs of the outside world. */
export interface DynamoPaneReaderOptions extends DynamoOptions {
  readonly pipeline: Pipeline;
  /** Says how far event time has gone on beyond what the lanes say; no further, unless given. */
  readonly standstill?: Standstill;
}

/** Reads panes of all lanes, merged, from the aggregates table. */
export class DynamoPaneReader implements PaneReader {
  readonly #client: Dynamo;
  readonly #table: string;
  readonly #retry: Retry;
  readonly #pipeline: Pipeline;
  readonly #standstill: Standstill | undefined;

  constructor({ client, table, pipeline, standstill, retry = new Retry() }: DynamoPaneReaderOptions) {
    this.#client = client;
    this.#table = table;
    this.#retry = retry;
    this.#pipeline = pipeline;
    this.#standstill = standstill;
  }

  async readRange(
    aggregate: Aggregate,
    key: string,
    from: number,
    to: number,
    { tier, most = Infinity }: RangeOptions = {},
  ): Promise<MergedPane[]> {
    const merged: { start: number; accs: unknown[] }[] = [];
    // Sort keys are `<start>|<lane>`, so the bare end sorts before every pane that starts there.
    const items = queryAll(this.#client, this.#retry, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: panePartition(tier ?? aggregate, key) },
        ':from': { S: isoTime(from) },
        ':to': { S: isoTime(to) },
      },
      ConsistentRead: true,
    });
    for await (const item of items) {
      const name = readPaneItemKey({ pk: textOf(item, 'pk'), sk: textOf(item, 'sk') });
      if (name === undefined || isWithoutRecords(item)) continue;
      const accs = rollupAccs(aggregate, item);
      if (accs === undefined) continue;
      const last = merged.at(-1);
      if (last?.start === name.start) mergeAccs(aggregate, last.accs, accs);
      else if (merged.length < most) merged.push({ start: name.start, accs });
      else break;
    }
    return merged;
  }

  async readWatermarks(): Promise<Watermarks> {
    const [kept, lanes] = await Promise.all([this.readWatermark(), this.readLanes()]);
    const furthest = lanes.reduce((most, { maxEventTime }) => Math.max(most, maxEventTime), -Infinity);
    const watermark = Math.max(kept, pipelineWatermark(lanes, this.#pipeline));
    const reached = (await this.#standstill?.(lanes, watermark)) ?? watermark;
    return {
      watermark: reached,
      kept,
      furthest: Math.max(reached, furthest - this.#pipeline.maxOutOfOrderness),
    };
  }

  async readWatermark(): Promise<number> {
    return readWatermarkItem(await getItem(this.#client, this.#retry, this.#table, WATERMARK_KEY));
  }

  async keepWatermark(watermark: number): Promise<void> {
    const put = new PutItemCommand({
      TableName: this.#table,
      Item: watermarkItem(watermark),
      ConditionExpression: ONLY_HIGHER,
      ExpressionAttributeValues: { ':ms': { N: String(watermark) } },
    });
    try {
      await this.#retry.run(() => this.#client.send(put));
    } catch (error) {
      // Another evaluator is further.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** The progress of every lane that has ever had a record. */
  async readLanes(): Promise<StoredLane[]> {
    const partitions = lanePartitions().map(async (pk) => {
      const items = queryAll(this.#client, this.#retry, {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
      });
      const lanes: StoredLane[] = [];
      for await (const item of items) lanes.push(readLaneItem(item));
      return lanes;
    });
    return (await Promise.all(partitions)).flat();
  }
}
