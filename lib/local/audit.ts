import { keyText } from '../fold/key.ts';
import { createFindSource, type FindSource } from '../pipeline/find-source.ts';
import type { Aggregate, Pipeline, Source } from '../pipeline/pipeline.ts';
import type { QuarantineMessage } from '../quarantine/message.ts';
import type { Line } from '../replay/lines.ts';
import { paneStart } from '../time/window.ts';

/** How what was stored differs from what was put. */
export interface AuditResult {
  /** Records missing from a pane, over all aggregates. */
  readonly lost: number;
  /** Records in a pane more than once, over all aggregates. */
  readonly doubled: number;
}

/**
 * An account of the input that knows nothing of batches, lanes, marks or stores: it reads every line once, with the
 * pipeline's own key and time functions, and counts which pane it belongs to.
 */
export class Audit {
  readonly #pipeline: Pipeline;
  readonly #find: FindSource;
  readonly #wanted = new Map<string, number>();

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
    this.#find = createFindSource(pipeline.sources);
  }

  /** Counts one line of the input. One that is not an event of the pipeline belongs into quarantine, and counts nothing. */
  put(line: Line): void {
    this.#count(line, this.#pipeline.aggregates, 1);
  }

  /** Takes back what a record set aside is rightly missing from. */
  aside(message: QuarantineMessage): void {
    this.#countAside(message, -1);
  }

  /** What was set aside has been taken up after all. */
  asideGone(message: QuarantineMessage): void {
    this.#countAside(message, 1);
  }

  /** Compares with the records that each stored pane says it holds, all lanes together. */
  compare(stored: ReadonlyMap<string, number>): AuditResult {
    let lost = 0;
    let doubled = 0;
    for (const name of new Set([...this.#wanted.keys(), ...stored.keys()])) {
      const difference = (stored.get(name) ?? 0) - (this.#wanted.get(name) ?? 0);
      if (difference < 0) lost -= difference;
      else doubled += difference;
    }
    return { lost, doubled };
  }

  #countAside({ kind, reason, part, data, aggregates: names }: QuarantineMessage, by: number): void {
    // Others are no events, and count nothing: but for one whose time is ahead of the clock, which the account does not know.
    const isEvent = kind === 'late' || reason === 'too-far-ahead';
    if (!isEvent || part !== 1) return;
    const { aggregates } = this.#pipeline;
    const missing = names === undefined ? aggregates : aggregates.filter(({ name }) => names.includes(name));
    this.#count(Buffer.from(data, 'base64').toString(), missing, by);
  }

  #count(line: Line, aggregates: readonly Aggregate[], by: number): void {
    const read = this.#read(line);
    if (read === undefined) return;
    const { source, event } = read;
    const time = new Date(source.eventTime(event) as string | number | Date).getTime();
    for (const aggregate of aggregates) {
      if (aggregate.source?.index !== source.index) continue;
      const key = keyText(aggregate.keyFunctions.map((read) => String(read(event))));
      const name = auditName(aggregate.name, key, paneStart(time, aggregate.pane));
      this.#wanted.set(name, (this.#wanted.get(name) ?? 0) + by);
    }
  }

  #read(line: Line): { readonly source: Source; readonly event: unknown } | undefined {
    try {
      if (typeof line !== 'string') return undefined;
      const value: unknown = JSON.parse(line);
      const source = this.#find(value, undefined);
      if (source === undefined) return undefined;
      const result = source.schema['~standard'].validate(value);
      return result instanceof Promise || result.issues ? undefined : { source, event: result.value };
    } catch {
      return undefined;
    }
  }
}

/** Names a pane in an account, whatever lanes it has. @param start in ms */
export function auditName(aggregate: string, key: string, start: number): string {
  return `${aggregate}|${start}|${key}`;
}
