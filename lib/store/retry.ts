import { setTimeout as sleep } from 'node:timers/promises';
import type { Pacer } from './pacer.ts';

/** How persistently calls are made. */
export interface RetryOptions {
  /** Attempts of one call; 6 unless given. */
  readonly attempts?: number;
  /** Whether there is time for another attempt; always, unless given. */
  readonly mayGoOn?: () => boolean;
  /** Bounds how many calls are under way at once; none does unless given. */
  readonly pacer?: Pacer;
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** Numbers from 0 up to 1. */
  readonly random?: () => number;
}

/** No attempt was left time for. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

/** Keys or items that a batch call left out because the table was throttled. Trying again may help. */
export class UnprocessedError extends Error {
  override readonly name = 'UnprocessedError';
}

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 2_000;

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'KMSThrottlingException',
  'KmsThrottled',
  'RequestThrottled',
  'ThrottledException',
  'UnprocessedError',
]);
const PASSING = new Set([
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
]);

/** Tells an error by which a service asks its callers to slow down. */
export function isThrottle(error: unknown): boolean {
  return error instanceof Error && THROTTLES.has(error.name);
}

/** Tells an error after which the same call may succeed. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  return (
    isThrottle(error) ||
    PASSING.has(error.name) ||
    (typeof code === 'string' && PASSING.has(code)) ||
    ($metadata?.httpStatusCode ?? 0) >= 500
  );
}

/**
 * Makes calls again that failed for a reason that may pass, after pauses that double, each by chance between nothing and
 * its length ("full jitter"), so that those that were throttled together do not come back together:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export class Retry {
  readonly #attempts: number;
  readonly #mayGoOn: () => boolean;
  readonly #pacer: Pacer | undefined;
  readonly #sleep: (ms: number) => Promise<unknown>;
  readonly #random: () => number;

  constructor(options: RetryOptions = {}) {
    this.#attempts = options.attempts ?? 6;
    this.#mayGoOn = options.mayGoOn ?? (() => true);
    this.#pacer = options.pacer;
    this.#sleep = options.sleep ?? sleep;
    this.#random = options.random ?? Math.random;
  }

  /**
   * Runs `call` until it succeeds.
   *
   * @throws what `call` rejects with, if that will not pass or the attempts are spent
   * @throws {OutOfTimeError} if there was no time for another attempt
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      this.#checkTime();
      try {
        return await (this.#pacer === undefined ? call() : this.#paced(this.#pacer, call));
      } catch (error) {
        if (attempt >= this.#attempts || !isPassing(error)) throw error;
        await this.#sleep(this.#pause(attempt));
      }
    }
  }

  // A call may have waited for its turn for longer than there was time.
  #paced<T>(pacer: Pacer, call: () => Promise<T>): Promise<T> {
    return pacer.run(() => {
      this.#checkTime();
      return call();
    });
  }

  #checkTime(): void {
    if (!this.#mayGoOn()) throw new OutOfTimeError('the invocation ran out of time');
  }

  #pause(attempt: number): number {
    return this.#random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
  }
}
