import { mergeAccs, type Pane } from '../fold/pane.ts';
import { compareSequence } from '../fold/sequence.ts';
import type { Aggregate } from '../pipeline/pipeline.ts';
import { newPane, type NewPane } from '../store/merge.ts';
import type { LeftOut } from '../store/apply.ts';
import { NO_RECORD, type Closed, type PaneRef, type PaneStore, type StoredPane } from '../store/port.ts';

/** A pane that records of a lost range belong to. */
export interface Target {
  readonly ref: PaneRef;
  /** Their sequence numbers, in order; at least one. */
  readonly lost: readonly string[];
}

/** Tells the panes of a lane apart. */
export function paneName({ name }: Aggregate, key: string, start: number): string {
  return `${name}|${start}|${key}`;
}

/** One pane on its way from the stream into the store again. */
export class PaneRefold {
  readonly ref: PaneRef;
  /** Where reading for it begins; `undefined` if there is nothing to read. */
  from: string | undefined;
  /** The last record to be folded. */
  upTo = NO_RECORD;
  readonly #lost: readonly string[];
  #stored: StoredPane | undefined;
  #value: NewPane;
  /** The last record that the value was folded up to. */
  #foldedTo = NO_RECORD;
  /** Whether the folding went on from what was stored, instead of from nothing. */
  #isOnTop = false;

  constructor({ ref, lost }: Target) {
    this.ref = ref;
    this.#lost = lost;
    this.#value = newPane(ref.aggregate);
  }

  /**
   * Decides what is to be read, given what is stored now.
   *
   *     stored mark  < first lost record    nothing that comes after it is stored: go on from what is stored
   *     stored mark >= first lost record    what of the range is in it cannot be told: fold again from its first record
   */
  plan(stored: StoredPane | undefined): void {
    const wasClosed = this.#stored?.closed?.from;
    const wasFrom = this.#value.first;
    this.#stored = stored;
    const inTime = this.#lost.filter((sequence) => isBefore(sequence, stored?.closed));
    const [first, last] = [inTime[0], inTime.at(-1)];
    if (first === undefined || last === undefined) {
      this.from = undefined;
      return;
    }
    if (stored === undefined || stored.records === 0 || compareSequence(stored.mark, first) < 0) {
      this.#begin(first, stored !== undefined && stored.records > 0 ? stored : undefined);
      this.upTo = last;
      return;
    }
    const begin = compareSequence(stored.first, first) < 0 ? stored.first : first;
    this.upTo = compareSequence(stored.mark, last) > 0 ? stored.mark : last;
    // What was folded before a race was lost is still right, unless the pane was closed to some of it meanwhile.
    const goesOn =
      !this.#isOnTop && this.#value.records > 0 && wasFrom === begin && wasClosed === stored.closed?.from;
    if (goesOn) this.from = this.#foldedTo;
    else this.#begin(begin, undefined);
  }

  /** Forgets what was read: it broke off. What is stored has to be read again too. */
  reset(): void {
    this.#stored = undefined;
    this.#value = newPane(this.ref.aggregate);
  }

  /** Whether a record of the pane is to be folded. */
  takes(sequence: string): boolean {
    return (
      this.from !== undefined &&
      compareSequence(sequence, this.from) >= 0 &&
      compareSequence(sequence, this.#foldedTo) > 0 &&
      compareSequence(sequence, this.upTo) <= 0 &&
      isBefore(sequence, this.#stored?.closed)
    );
  }

  /** Adds what was folded of the records that it takes. */
  add(pane: Pane): void {
    if (pane.records === 0) return;
    mergeAccs(this.ref.aggregate, this.#value.accs, pane.accs);
    const { accs, records, first, closed } = this.#value;
    this.#value = {
      accs,
      records: records + pane.records,
      first: records === 0 ? pane.first : first,
      mark: pane.last,
      closed,
    };
    this.#foldedTo = pane.last;
  }

  /** Puts the value in place of what is stored. */
  async put(store: PaneStore): Promise<'written' | 'nothing' | 'lost' | 'too large'> {
    if (this.from === undefined || this.#value.records === 0) return 'nothing';
    const outcome = await store.putPane(
      this.ref,
      { ...this.#value, closed: this.#stored?.closed },
      this.#stored?.version,
    );
    if (outcome.written) return 'written';
    return 'tooLarge' in outcome ? 'too large' : 'lost';
  }

  /** The lost records that the pane was closed to. */
  leftOut(): LeftOut[] {
    const closed = this.#stored?.closed;
    if (closed === undefined) return [];
    return this.#lost
      .filter((sequence) => !isBefore(sequence, closed))
      .map((sequence) => ({ sequence, aggregate: this.ref.aggregate.name, why: closed.why }));
  }

  #begin(first: string, onTopOf: StoredPane | undefined): void {
    this.from = first;
    this.#foldedTo = NO_RECORD;
    this.#isOnTop = onTopOf !== undefined;
    this.#value = onTopOf ?? newPane(this.ref.aggregate);
  }
}

function isBefore(sequence: string, closed: Closed | undefined): boolean {
  return closed === undefined || compareSequence(sequence, closed.from) < 0;
}
