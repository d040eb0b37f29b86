import { decodeText } from '../../decode/json.ts';
import { createFindSource, type FindSource } from '../../pipeline/find-source.ts';
import type { Pipeline, Source } from '../../pipeline/pipeline.ts';
import type { Line } from '../../replay/lines.ts';
import { readEventTime } from '../../time/event-time.ts';

/** An event of the pipeline, as a playback sees it. */
export interface ReadEvent {
  readonly source: Source;
  /** As it was decoded from JSON. */
  readonly value: unknown;
  /** As the source's schema gives it. */
  readonly event: unknown;
  /** Event time in ms. */
  readonly at: number;
}

/** Reads lines as the pipeline would. */
export class EventReader {
  readonly #find: FindSource;

  constructor({ sources }: Pick<Pipeline, 'sources'>) {
    this.#find = createFindSource(sources);
  }

  /** `undefined` if the line is no event of the pipeline, or one whose time cannot be told. */
  read(line: Line): ReadEvent | undefined {
    if (typeof line !== 'string') return undefined;
    const decoded = decodeText(line);
    return 'value' in decoded ? this.readValue(decoded.value) : undefined;
  }

  /** The same of a line of which the value is known. */
  readValue(value: unknown): ReadEvent | undefined {
    try {
      const source = this.#find(value, undefined);
      if (source === undefined) return undefined;
      const result = source.schema['~standard'].validate(value);
      if (result instanceof Promise || result.issues) return undefined;
      const at = readEventTime(source.eventTime(result.value));
      return typeof at === 'number' ? { source, value, event: result.value, at } : undefined;
    } catch {
      // What the pipeline's own functions throw, they throw in the service too, which then sets the event aside.
      return undefined;
    }
  }
}
