import { setTimeout as delay } from 'node:timers/promises';
import { PutRecordsCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { digestOf, type Flights, type Put } from './flights.ts';

const TICKS_PER_SECOND = 10;
const PAUSE_MS = 100;
const MOST_RECORDS = 500;

/** Puts records on and on, and those again of which it does not know that they have been put. */
export class Producer {
  /** Records that Kinesis has confirmed. */
  put = 0;
  /** What was put, or may have been, by {@link digestOf} of its bytes. */
  readonly known = new Map<string, Put>();
  readonly #client: KinesisClient;
  readonly #stream: string;
  readonly #flights: Flights;

  constructor(client: KinesisClient, stream: string, flights: Flights) {
    this.#client = client;
    this.#stream = stream;
    this.#flights = flights;
  }

  async run(recordsPerSecond: number, signal: AbortSignal): Promise<void> {
    let due = 0;
    while (!signal.aborted) {
      const tick = delay(1_000 / TICKS_PER_SECOND);
      due = Math.min(due + recordsPerSecond / TICKS_PER_SECOND, MOST_RECORDS);
      const puts = Array.from({ length: Math.floor(due) }, () => this.#flights.next());
      due -= puts.length;
      for (const put of puts) this.known.set(digestOf(put.bytes), put);
      if (puts.length > 0) await this.#putAll(puts);
      await tick;
    }
  }

  async #putAll(puts: readonly Put[]): Promise<void> {
    for (let left = puts; left.length > 0;) {
      left = await this.#putOnce(left).catch(() => left);
      if (left.length > 0) await delay(PAUSE_MS);
    }
  }

  /** @returns what was refused */
  async #putOnce(puts: readonly Put[]): Promise<Put[]> {
    const Records = puts.map(({ partitionKey, bytes }) => ({ PartitionKey: partitionKey, Data: bytes }));
    const answer = await this.#client.send(new PutRecordsCommand({ StreamName: this.#stream, Records }));
    const refused = puts.filter((_, i) => answer.Records?.[i]?.ErrorCode !== undefined);
    this.put += puts.length - refused.length;
    return refused;
  }
}
