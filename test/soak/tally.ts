import type { EngineEvent } from '../../lib/esm/index.ts';
import { MetricsTally } from '../../lib/local/metrics-tally.ts';
import type { GivenUp } from './account.ts';

const MOST_KEPT = 5;

/** What the functions and their mappings tell. */
export class Tally {
  readonly givenUp: GivenUp[] = [];
  /** Batches given up, of all streams. */
  discarded = 0;
  redriven = 0;
  /** What the last messages that stayed were about, and why they did. */
  readonly kept: string[] = [];
  readonly violations: string[] = [];
  readonly #metrics = new MetricsTally();
  readonly #onLine: (line: string) => void;

  /** @param onLine receives what the functions write */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  output(name: string, text: string): void {
    for (const line of this.#metrics.take(name, text)) {
      this.#onLine(`${name}: ${line}`);
      if (line.includes('"message repaired"')) this.redriven++;
      if (line.includes('"message kept"')) this.#keep(line);
    }
  }

  event(name: string, event: EngineEvent): void {
    if (event.type === 'discarded') {
      this.discarded++;
      this.#onLine(`${name}: gave up ${JSON.stringify(event)}`);
      const info = event.message.KinesisBatchInfo;
      if (info !== undefined)
        this.givenUp.push({
          shardId: info.shardId,
          first: info.startSequenceNumber,
          last: info.endSequenceNumber,
        });
    }
    if (event.type === 'destinationFailed')
      this.violations.push(`an on-failure message of ${name} could not be sent: ${String(event.error)}`);
  }

  #keep(line: string): void {
    const { what, detail } = JSON.parse(line) as { readonly what?: string; readonly detail?: string };
    this.kept.push(`kept: ${what ?? ''}: ${detail ?? ''}`);
    if (this.kept.length > MOST_KEPT) this.kept.shift();
  }
}
