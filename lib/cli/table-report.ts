import type { AlertState } from '../alerts/state.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { FinalPane } from '../replay/output.ts';
import { BETWEEN, Happenings, TOLD, type Happening } from '../replay/happening.ts';
import { isoTime } from '../time/event-time.ts';
import type { BufferedWriter } from './buffered-writer.ts';
import { KeyTotals } from './key-totals.ts';
import { alertKey, type Report, type Summary } from './replay-report.ts';
import { alertLine } from './show.ts';

/** A replay for people: every alert that fires, escalates or resolves, each aggregate's biggest keys over the whole recording, and the counts. */
export class TableReport implements Report {
  readonly #pipeline: Pipeline;
  readonly #out: BufferedWriter;
  readonly #totals: KeyTotals;
  readonly #happenings = new Happenings();
  readonly #shown: readonly Happening[];
  #notices = 0;

  /** @param hasPending whether it shows what lies between firing and resolved */
  constructor(pipeline: Pipeline, out: BufferedWriter, hasPending: boolean) {
    this.#shown = hasPending ? [...TOLD, ...BETWEEN] : TOLD;
    this.#pipeline = pipeline;
    this.#out = out;
    this.#totals = new KeyTotals(pipeline, 'sessions');
  }

  pane(pane: FinalPane): void {
    this.#totals.add(pane);
  }

  alert(transition: AlertState): void {
    const happening = this.#happenings.of(transition);
    if (!this.#shown.includes(happening)) return;
    const shown = { ...transition, key: alertKey(this.#pipeline, transition) };
    this.#out.write(`${alertLine(isoTime(transition.at), happening, shown)}\n`);
  }

  notice(): void {
    this.#notices++;
  }

  summary({ read, applied, late, quarantined, ignored, repeated, seconds }: Summary): void {
    this.#out.write(this.#totals.tables());
    if (this.#notices > 0)
      this.#out.write(`\n${this.#notices} ${this.#notices === 1 ? 'notice' : 'notices'} to people\n`);
    const rest = [
      ...(ignored > 0 ? [`, ${ignored} ignored`] : []),
      ...(repeated > 0 ? [`, ${repeated} repeated`] : []),
    ].join('');
    this.#out.write(
      `\n${read} read: ${applied} applied, ${late} late, ${quarantined} quarantined${rest}; ${seconds.toFixed(2)} s\n`,
    );
  }
}
