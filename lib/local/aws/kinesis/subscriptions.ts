import type { ApiError } from './errors.ts';
import { resourceInUse } from './errors.ts';

/** A subscription that has been granted. */
export interface Lease {
  /**
   * Aborts when it is over. The reason is an {@link ApiError} that its holder is to be told, and undefined when it has
   * simply run its time.
   */
  readonly signal: AbortSignal;
  /** Ends it before that, when its holder has gone or been told all. */
  readonly release: () => void;
}

/** For how long a subscription lasts, and how soon it can be taken over, ms. */
export interface SubscriptionTimes {
  readonly lifetimeMs: number;
  readonly holdMs: number;
}

/**
 * AWS: up to 5 minutes; a second call for the same consumer and shard within 5 seconds of a successful one is refused,
 * a later one takes the subscription over.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
 */
export const AWS_SUBSCRIPTION_TIMES: SubscriptionTimes = { lifetimeMs: 300_000, holdMs: 5_000 };

interface Held {
  readonly consumerArn: string;
  readonly grantedMs: number;
  readonly end: (reason: ApiError | undefined) => void;
}

/** Sees to it that a consumer has one subscription to a shard. */
export class Subscriptions {
  readonly #held = new Map<string, Held>();
  readonly #times: SubscriptionTimes;
  readonly #now: () => number;

  /** @param now the clock, milliseconds since 1970 */
  constructor(times: SubscriptionTimes, now: () => number) {
    this.#times = times;
    this.#now = now;
  }

  /** @throws {ApiError} ResourceInUseException when the subscription was granted less than 5 s ago */
  grant(consumerArn: string, shardId: string): Lease {
    const key = `${consumerArn} ${shardId}`;
    const before = this.#held.get(key);
    const nowMs = this.#now();
    if (before && nowMs - before.grantedMs < this.#times.holdMs) {
      throw resourceInUse(
        `Consumer ${consumerArn} subscribed to ${shardId} less than ${this.#times.holdMs / 1_000} s ago`,
      );
    }
    before?.end(
      resourceInUse(`Another call of ${consumerArn} has taken over the subscription to ${shardId}`),
    );

    const controller = new AbortController();
    const end = (reason: ApiError | undefined): void => {
      clearTimeout(timer);
      controller.abort(reason);
    };
    const timer = setTimeout(end, this.#times.lifetimeMs, undefined);
    this.#held.set(key, { consumerArn, grantedMs: nowMs, end });
    return {
      signal: controller.signal,
      release: () => {
        end(undefined);
      },
    };
  }

  /** Ends all subscriptions of a consumer that is no more. */
  revoke(consumerArn: string, reason: ApiError): void {
    for (const [key, held] of this.#held) {
      if (held.consumerArn !== consumerArn) continue;
      this.#held.delete(key);
      held.end(reason);
    }
  }

  /** Ends all. */
  close(): void {
    for (const { end } of this.#held.values()) end(undefined);
    this.#held.clear();
  }
}
