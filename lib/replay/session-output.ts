import type { Pane } from '../fold/pane.ts';
import { SessionCutter, type Session, type SessionAggregate } from '../fold/sessions.ts';
import { windowFinalAfter } from '../pipeline/pipeline.ts';
import type { FinalPane, Output } from './output.ts';

/** What ends at one time. */
interface Ending {
  readonly cut: { readonly key: string; readonly session: Session }[];
  /** Keys whose open session ends then, unless it has grown since. */
  readonly open: Set<string>;
}

/** Sessions of one aggregate, from its final panes. It holds those that are not final, and nothing of the others. */
export class SessionOutput implements Output {
  readonly #aggregate: SessionAggregate;
  readonly #cutters = new Map<string, SessionCutter>();
  readonly #byEnd = new Map<number, Ending>();
  #earliest = Infinity;

  constructor(aggregate: SessionAggregate) {
    this.#aggregate = aggregate;
  }

  get next(): number {
    return this.#earliest + windowFinalAfter(this.#aggregate);
  }

  add({ key, accs }: Pick<Pane, 'key' | 'accs'>): void {
    let cutter = this.#cutters.get(key);
    if (cutter === undefined) this.#cutters.set(key, (cutter = new SessionCutter(this.#aggregate)));
    for (const session of cutter.add(accs)) this.#at(session.end).cut.push({ key, session });
    this.#at(cutter.openEnd).open.add(key);
  }

  *take(watermark: number): Generator<FinalPane> {
    if (this.next > watermark) return;
    const after = windowFinalAfter(this.#aggregate);
    const due = [...this.#byEnd].filter(([end]) => end + after <= watermark).sort(([a], [b]) => a - b);
    for (const [end, { cut, open }] of due) {
      this.#byEnd.delete(end);
      const ended = [...cut, ...[...open].flatMap((key) => this.#close(key, end))];
      ended.sort((a, b) => (a.key < b.key ? -1 : 1));
      for (const { key, session } of ended) yield { aggregate: this.#aggregate, key, ...session };
    }
    this.#earliest = Infinity;
    for (const end of this.#byEnd.keys()) this.#earliest = Math.min(this.#earliest, end);
  }

  #close(key: string, end: number): Ending['cut'] {
    const cutter = this.#cutters.get(key);
    const session = cutter?.openEnd === end ? cutter.end() : undefined;
    if (session === undefined) return [];
    this.#cutters.delete(key);
    return [{ key, session }];
  }

  #at(end: number): Ending {
    let ending = this.#byEnd.get(end);
    if (ending === undefined) this.#byEnd.set(end, (ending = { cut: [], open: new Set() }));
    this.#earliest = Math.min(this.#earliest, end);
    return ending;
  }
}
