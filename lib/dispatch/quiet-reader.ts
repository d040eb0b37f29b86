import { otherKey } from '../alerts/read-beside.ts';
import type { AlertStore } from '../alerts/port.ts';
import type { AlertRecord, AlertState } from '../alerts/state.ts';
import { alertNamed, type Alert, type Pipeline } from '../pipeline/pipeline.ts';
import { concurrentlyOrThrow } from '../store/concurrently.ts';
import type { Acknowledgement } from './acknowledgement.ts';
import type { AcknowledgementStore, Quiet, SilenceStore } from './port.ts';
import { quietOf } from './quiet.ts';
import type { Silence } from './silence.ts';

/** Where it is read what keeps alerts from being told of. */
export interface QuietSources {
  readonly alerts: Pick<AlertStore, 'read'>;
  readonly silences: Pick<SilenceStore, 'list'>;
  readonly acknowledgements: Pick<AcknowledgementStore, 'read'>;
  /** Wall clock in ms. */
  readonly now: () => number;
}

const READ_AT_ONCE = 8;

/**
 * Reads what keeps alerts of a rule from being told of, as far as somebody asks for it: most dispatches ask for little, and what
 * there is to ask depends on what is decided. So it is decided once with what is known, and again once the rest has been read.
 *
 * @example
 * let done;
 * do done = dispatch(rule, group, transitions, until, reader.quiet());
 * while (await reader.readAsked());
 */
export class QuietReader {
  readonly #sources: QuietSources;
  readonly #rule: Alert;
  readonly #inhibitors: readonly Alert[];
  readonly #since: number;
  #silences: readonly Silence[] | undefined;
  // By the alert's key; `undefined` is what was not there.
  readonly #acknowledgements = new Map<string, Acknowledgement | undefined>();
  // By the inhibitor's name and key.
  readonly #records = new Map<string, AlertRecord | undefined>();
  #asksForSilences = false;
  readonly #askedKeys = new Set<string>();
  readonly #askedRecords = new Map<string, { readonly alert: string; readonly key: string }>();

  /** @param since silences that were over by then, in ms, do not matter */
  constructor(sources: QuietSources, pipeline: Pipeline, rule: Alert, since: number) {
    this.#sources = sources;
    this.#rule = rule;
    this.#inhibitors = rule.telling.inhibitedBy.flatMap((name) => alertNamed(pipeline, name) ?? []);
    this.#since = since;
  }

  /** Answers by what is known, and notes what would have to be known besides. */
  quiet(): Quiet {
    const known = quietOf(
      this.#rule,
      this.#silences ?? [],
      present(this.#acknowledgements.values()),
      this.#inhibitors.map((rule) => ({
        rule,
        records: present(this.#records.values()).filter(({ alert }) => alert === rule.name),
      })),
    );
    return {
      silencedUntil: (state, time) => {
        this.#asksForSilences ||= this.#silences === undefined;
        return known.silencedUntil(state, time);
      },
      isInhibited: (state, time) => {
        for (const inhibitor of this.#inhibitors) this.#askFor(inhibitor, state);
        return known.isInhibited(state, time);
      },
      isAcknowledged: (state) => {
        if (this.#acknowledgements.has(state.key)) return known.isAcknowledged(state);
        this.#askedKeys.add(state.key);
        // One that is not acknowledged ends the search: where the first ones are, all others are asked for at once.
        return this.#acknowledgements.size > 0;
      },
    };
  }

  /** Reads what was asked for and not known; says whether there was any. */
  async readAsked(): Promise<boolean> {
    const keys = [...this.#askedKeys];
    const records = [...this.#askedRecords];
    if (!this.#asksForSilences && keys.length === 0 && records.length === 0) return false;
    if (this.#asksForSilences) this.#silences = await this.#readSilences();
    await concurrentlyOrThrow(keys, READ_AT_ONCE, async (key) => {
      this.#acknowledgements.set(key, await this.#sources.acknowledgements.read(this.#rule.name, key));
    });
    await concurrentlyOrThrow(records, READ_AT_ONCE, async ([name, { alert, key }]) => {
      this.#records.set(name, await this.#sources.alerts.read(alert, key));
    });
    this.#asksForSilences = false;
    this.#askedKeys.clear();
    this.#askedRecords.clear();
    return true;
  }

  #askFor({ name: alert, aggregate }: Alert, state: AlertState): void {
    const key = otherKey(this.#rule.aggregate, state.key, aggregate);
    const name = `${alert}|${key}`;
    if (!this.#records.has(name)) this.#askedRecords.set(name, { alert, key });
  }

  async #readSilences(): Promise<Silence[]> {
    const now = this.#sources.now();
    const silences = await this.#sources.silences.list(-Infinity);
    return silences
      .filter(({ end }) => end > this.#since)
      .map((silence) => (silence.start <= now && now < silence.end ? begun(silence) : silence));
  }
}

/**
 * A silence that is in force by the clock covers all that is told of from now on, also what happened before it began: event time
 * is behind the clock, and whoever asks for silence does not want to hear what was on its way.
 */
function begun(silence: Silence): Silence {
  return { ...silence, start: -Infinity };
}

function present<T>(values: Iterable<T | undefined>): T[] {
  return [...values].filter((value) => value !== undefined);
}
