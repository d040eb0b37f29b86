import type { AlertState } from '../alerts/state.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { FinalPane } from '../replay/output.ts';
import { isoTime } from '../time/event-time.ts';
import type { BufferedWriter } from './buffered-writer.ts';
import { KeyTotals } from './key-totals.ts';
import { alertKey, type Report, type Summary } from './replay-report.ts';
import { alertLine } from './show.ts';

/** A replay for people: every alert, each aggregate's biggest keys over the whole recording, and the counts. */
export class TableReport implements Report {
  readonly #pipeline: Pipeline;
  readonly #out: BufferedWriter;
  readonly #totals: KeyTotals;

  constructor(pipeline: Pipeline, out: BufferedWriter) {
    this.#pipeline = pipeline;
    this.#out = out;
    this.#totals = new KeyTotals(pipeline, 'sessions');
  }

  pane(pane: FinalPane): void {
    this.#totals.add(pane);
  }

  alert(transition: AlertState): void {
    const { at, status, alert, value, judged } = transition;
    this.#out.write(
      `${alertLine(isoTime(at), status, alert, alertKey(this.#pipeline, transition), value, judged)}\n`,
    );
  }

  summary({ read, applied, late, quarantined, ignored, repeated, seconds }: Summary): void {
    this.#out.write(this.#totals.tables());
    const rest = [
      ...(ignored > 0 ? [`, ${ignored} ignored`] : []),
      ...(repeated > 0 ? [`, ${repeated} repeated`] : []),
    ].join('');
    this.#out.write(
      `\n${read} read: ${applied} applied, ${late} late, ${quarantined} quarantined${rest}; ${seconds.toFixed(2)} s\n`,
    );
  }
}
