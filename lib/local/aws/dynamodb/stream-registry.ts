import type { Change } from './capture.ts';
import type { KeySchemaElement, StreamOptions } from './change-stream.ts';
import { ChangeStream } from './change-stream.ts';
import type { StreamViewType } from './record.ts';

/** A table as far as its stream is concerned. */
export interface StreamedTable {
  readonly TableName: string;
  readonly KeySchema: readonly KeySchemaElement[];
}

export type StreamDefaults = Pick<StreamOptions, 'shardCount' | 'shardLifeMs' | 'limits'>;

/** All streams, those of deleted tables and disabled ones included, as these can be read on. */
export class StreamRegistry {
  readonly #defaults: StreamDefaults;
  readonly #now: () => number;
  readonly #byArn = new Map<string, ChangeStream>();
  readonly #latest = new Map<string, ChangeStream>();
  #lastCreatedMs = 0;

  /** @param now - the clock, in milliseconds since 1970 */
  constructor(defaults: StreamDefaults, now: () => number) {
    this.#defaults = defaults;
    this.#now = now;
  }

  /** Every stream, in the order in which they were enabled. */
  all(): readonly ChangeStream[] {
    return [...this.#byArn.values()];
  }

  byArn(arn: string): ChangeStream | undefined {
    return this.#byArn.get(arn);
  }

  /** The stream that a table has now or had last. */
  latest(tableName: string): ChangeStream | undefined {
    return this.#latest.get(tableName);
  }

  enable(table: StreamedTable, viewType: StreamViewType): void {
    // The label is the time of creation and tells a table's streams apart, so it must differ each time.
    this.#lastCreatedMs = Math.max(this.#now(), this.#lastCreatedMs + 1);
    const stream = new ChangeStream({
      ...this.#defaults,
      tableName: table.TableName,
      keySchema: table.KeySchema,
      viewType,
      createdMs: this.#lastCreatedMs,
    });
    this.#byArn.set(stream.arn, stream);
    this.#latest.set(table.TableName, stream);
  }

  disable(tableName: string): void {
    this.#latest.get(tableName)?.close();
  }

  /** Closes the stream of a table that is gone, so that a new table of the same name begins without one. */
  forget(tableName: string): void {
    this.disable(tableName);
    this.#latest.delete(tableName);
  }

  record(tableName: string, change: Change): void {
    this.#latest.get(tableName)?.record(change, this.#now());
  }
}
