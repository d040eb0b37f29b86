import { MAXIMUM_PAYLOAD_BYTES, nextBatch, type NextBatch } from './batch.ts';
import { closeWindow } from './close-window.ts';
import type { LaneContext } from './shard-context.ts';
import type { ShardFeed } from './shard-feed.ts';
import type { StreamRecord } from './sources/source.ts';
import { windowOf, windowProperties } from './tumbling-window.ts';
import { workOff } from './work-off.ts';

/**
 * Works off the records of some of a shard's keys, one batch at a time, in order.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html, ParallelizationFactor
 */
export class Lane {
  readonly #context: LaneContext;
  readonly #feed: ShardFeed;
  readonly #waiting: StreamRecord[] = [];

  constructor(context: LaneContext, feed: ShardFeed) {
    this.#context = context;
    this.#feed = feed;
  }

  push(record: StreamRecord): void {
    this.#waiting.push(record);
  }

  /** Resolves when the shard has ended and all is dealt with, or the engine stops; rejects when it cannot go on. */
  async run(): Promise<void> {
    const { lane, stopping } = this.#context;
    for (let batch = await this.#gather(); batch; batch = await this.#gather()) {
      await workOff(batch, this.#context);
    }
    if (!stopping.aborted && lane.window) await closeWindow(this.#context);
  }

  /** The next batch: full by number, size or tumbling window, or what there is when the batching window ends. */
  async #gather(): Promise<readonly StreamRecord[] | undefined> {
    const { clock, settings, stopping } = this.#context;
    let endsMs = this.#waiting.length > 0 ? clock.now() + settings.batchingWindowMs : Infinity;
    while (!stopping.aborted) {
      if (this.#isWindowOver()) {
        await closeWindow(this.#context);
        continue;
      }
      const { count, full } = this.#measure();
      if (count > 0 && (full || this.#feed.ended || clock.now() >= endsMs))
        return this.#waiting.splice(0, count);
      if (this.#feed.ended) return undefined;

      await this.#feed.more(endsMs);
      if (endsMs === Infinity && this.#waiting.length > 0) endsMs = clock.now() + settings.batchingWindowMs;
    }
    return undefined;
  }

  #measure(): NextBatch {
    const { lane, settings, shardId } = this.#context;
    const first = this.#waiting[0];
    if (!first || settings.tumblingWindowMs === 0) return nextBatch(this.#waiting, settings.batchSize);
    const window = lane.window ?? windowOf(first.arrivalMs, settings.tumblingWindowMs);
    const about = { shardId, eventSourceARN: settings.sourceArn.text };
    const envelope = Buffer.byteLength(JSON.stringify(windowProperties({ ...window, state: {} }, about)));
    const beyond = this.#waiting.findIndex(({ arrivalMs }) => arrivalMs >= window.endMs);
    const within = beyond === -1 ? settings.batchSize : Math.min(beyond, settings.batchSize);
    return nextBatch(this.#waiting, within, MAXIMUM_PAYLOAD_BYTES - envelope - lane.stateBytes);
  }

  /** A record that arrived before the open window, by a clock that went back, goes with it: windows only go forward. */
  #isWindowOver(): boolean {
    const { lane, windowWaitMs } = this.#context;
    if (!lane.window) return false;
    const { endMs } = lane.window;
    const first = this.#waiting[0];
    if (first) return first.arrivalMs >= endMs;
    return this.#feed.reachedMs >= endMs || this.#feed.tipMs >= endMs + windowWaitMs;
  }
}
