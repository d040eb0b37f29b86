import { paginateScan, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { keyRecord } from '../../fold/key.ts';
import { aggregateNamed, type Aggregate, type Pipeline } from '../../pipeline/pipeline.ts';
import { panePartition, readPaneItemKey } from '../../store/keys.ts';
import { RequestError } from './problem.ts';
import type { Keys } from './protocol.ts';

const MOST_KEYS = 500;
const LEAST_AGE_MS = 2_000;
// Scans take at most this share of the time, however big the table.
const MOST_SHARE = 0.05;

/** The keys of aggregates that hold most records, kept for a while: it takes a scan to find them. */
export class BiggestKeys {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #pipeline: Pipeline;
  readonly #kept = new Map<Aggregate, Promise<Keys>>();

  constructor(client: DynamoDBClient, table: string, pipeline: Pipeline) {
    this.#client = client;
    this.#table = table;
    this.#pipeline = pipeline;
  }

  /** @throws {RequestError} if the pipeline has no such aggregate */
  async of(name: string): Promise<Keys> {
    const aggregate = aggregateNamed(this.#pipeline, name);
    if (aggregate === undefined) {
      const names = this.#pipeline.aggregates.map((each) => each.name).join(', ');
      throw new RequestError(400, `the pipeline has no aggregate '${name}'; it has ${names}`);
    }
    const kept = this.#kept.get(aggregate);
    if (kept !== undefined) return kept;
    const found = this.#scan(aggregate);
    this.#kept.set(aggregate, found);
    const began = performance.now();
    const forget = (): void => {
      const age = Math.max(LEAST_AGE_MS, (performance.now() - began) / MOST_SHARE);
      setTimeout(() => this.#kept.delete(aggregate), age).unref();
    };
    found.then(forget, () => this.#kept.delete(aggregate));
    return found;
  }

  async #scan(aggregate: Aggregate): Promise<Keys> {
    const records = new Map<string, number>();
    const pages = paginateScan(
      { client: this.#client },
      {
        TableName: this.#table,
        // `n` is how many records a pane holds: accumulators need not be read.
        ProjectionExpression: 'pk, sk, n',
        FilterExpression: 'begins_with(pk, :partition)',
        ExpressionAttributeValues: { ':partition': { S: panePartition(aggregate, '') } },
      },
    );
    for await (const { Items: items = [] } of pages) {
      for (const { pk, sk, n } of items) {
        const pane = readPaneItemKey({ pk: pk?.S ?? '', sk: sk?.S ?? '' });
        if (pane !== undefined) records.set(pane.key, (records.get(pane.key) ?? 0) + Number(n?.N ?? 0));
      }
    }
    const biggest = [...records]
      .filter(([, count]) => count > 0)
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return {
      aggregate: aggregate.name,
      dimensions: aggregate.dimensions,
      keys: biggest
        .slice(0, MOST_KEYS)
        .map(([key, count]) => ({ values: keyRecord(aggregate, key), records: count })),
    };
  }
}
