import type { Change } from './capture.ts';
import type { Engine } from './engine.ts';
import { validationError } from './errors.ts';
import type { Image } from './image.ts';

/** The parameters of UpdateTimeToLive and DescribeTimeToLive. */
export interface TimeToLiveInput {
  readonly TableName?: string;
  readonly TimeToLiveSpecification?: { readonly Enabled?: boolean; readonly AttributeName?: string };
}

/** AWS: "items … with a timestamp older than 5 years are not deleted", for fear of a mistake. */
const OLDEST_MS = 5 * 365.25 * 86_400_000;

/**
 * Which attribute of which table says when an item expires, and which items have one. Expired items are deleted by
 * {@link sweep}, as the service does it: with a record in the stream that names it as who did it.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */
export class TimeToLive {
  readonly #engine: Engine;
  readonly #now: () => number;
  readonly #attributes = new Map<string, string>();
  /** By table: when the item under each key of the store expires, ms since 1970. */
  readonly #expiries = new Map<string, Map<string, number>>();

  /** @param now - the clock, in milliseconds since 1970 */
  constructor(engine: Engine, now: () => number) {
    this.#engine = engine;
    this.#now = now;
  }

  /** @throws {ApiError} ValidationException, ResourceNotFoundException */
  async update({ TableName: table = '', TimeToLiveSpecification: wanted }: TimeToLiveInput): Promise<object> {
    await this.#mustExist(table);
    const attribute = wanted?.AttributeName;
    if (!attribute) throw validationError('TimeToLiveSpecification.AttributeName is missing');
    const current = this.#attributes.get(table);
    if (wanted.Enabled && current !== undefined) {
      throw validationError(
        current === attribute
          ? 'TimeToLive is already enabled'
          : `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`,
      );
    }
    if (!wanted.Enabled && current === undefined) throw validationError('TimeToLive is already disabled');
    if (wanted.Enabled) await this.#enable(table, attribute);
    else this.forget(table);
    return { TimeToLiveSpecification: wanted };
  }

  /** @throws {ApiError} ResourceNotFoundException */
  async describe({ TableName: table = '' }: TimeToLiveInput): Promise<object> {
    await this.#mustExist(table);
    const attribute = this.#attributes.get(table);
    return {
      TimeToLiveDescription:
        attribute === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
    };
  }

  /** Notes when the item expires that was written. @param key - under which the store has it */
  record(table: string, { after }: Change, key: string): void {
    const attribute = this.#attributes.get(table);
    const expiries = this.#expiries.get(table);
    if (attribute === undefined || expiries === undefined) return;
    const expiry = after && expiryOf(after, attribute);
    if (expiry === undefined) expiries.delete(key);
    else expiries.set(key, expiry);
  }

  /** Deletes what has expired. AWS does within a few days; whoever calls this says how soon. */
  async sweep(): Promise<void> {
    const nowMs = this.#now();
    for (const [table, expiries] of this.#expiries) {
      const attribute = this.#attributes.get(table) ?? '';
      const isDue = (item: Image): boolean => isExpired(expiryOf(item, attribute), nowMs);
      const due = [...expiries].filter(([, expiry]) => isExpired(expiry, nowMs));
      for (const [key] of due) {
        if (this.#attributes.has(table)) await this.#engine.expire(table, key, isDue);
      }
    }
  }

  forget(table: string): void {
    this.#attributes.delete(table);
    this.#expiries.delete(table);
  }

  async #enable(table: string, attribute: string): Promise<void> {
    this.#attributes.set(table, attribute);
    this.#expiries.set(table, new Map());
    for (const [key, item] of await this.#engine.items(table))
      this.record(table, { before: item, after: item }, key);
  }

  async #mustExist(table: string): Promise<void> {
    await this.#engine.call('DescribeTable', { TableName: table });
  }
}

/** Ms since 1970; undefined unless the attribute is a number, which counts seconds. */
function expiryOf(item: Image, attribute: string): number | undefined {
  const seconds = item[attribute]?.N;
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

function isExpired(expiryMs: number | undefined, nowMs: number): boolean {
  return expiryMs !== undefined && expiryMs < nowMs && nowMs - expiryMs < OLDEST_MS;
}
