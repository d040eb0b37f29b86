import Table from 'cli-table3';
import type { AlertState } from '../alerts/state.ts';
import { keyRecord } from '../fold/key.ts';
import { mergeAccs, resultsOf } from '../fold/pane.ts';
import type { Aggregate, Pipeline } from '../pipeline/pipeline.ts';
import type { FinalPane } from '../replay/output.ts';
import { isoTime } from '../time/event-time.ts';
import type { BufferedWriter } from './buffered-writer.ts';
import { alertKey, type Report, type Summary } from './replay-report.ts';

const MOST_ROWS = 10;

interface KeyTotal {
  readonly accs: unknown[];
  panes: number;
}

/** A replay for people: each aggregate's biggest keys over the whole recording, every alert, and the counts. */
export class TableReport implements Report {
  readonly #pipeline: Pipeline;
  readonly #out: BufferedWriter;
  readonly #totals: readonly Map<string, KeyTotal>[];

  constructor(pipeline: Pipeline, out: BufferedWriter) {
    this.#pipeline = pipeline;
    this.#out = out;
    this.#totals = pipeline.aggregates.map(() => new Map<string, KeyTotal>());
  }

  pane({ aggregate, key, accs }: FinalPane): void {
    const totals = this.#totals[aggregate.index];
    let total = totals?.get(key);
    if (total === undefined) {
      total = { accs: aggregate.measures.map(({ measure }) => measure.empty()), panes: 0 };
      totals?.set(key, total);
    }
    mergeAccs(aggregate, total.accs, accs);
    total.panes++;
  }

  alert(transition: AlertState): void {
    const key = Object.entries(alertKey(this.#pipeline, transition)).map(
      ([name, value]) => `${name}=${value}`,
    );
    const state = transition.status === 'firing' ? 'FIRING  ' : 'resolved';
    this.#out.write(
      `${isoTime(transition.at)}  ${state}  ${transition.alert}  ${key.join(' ')}  ${describe(transition.value)}\n`,
    );
  }

  summary({ read, applied, late, quarantined, repeated, seconds }: Summary): void {
    for (const aggregate of this.#pipeline.aggregates) this.#out.write(this.#tableOf(aggregate));
    const again = repeated > 0 ? `, ${repeated} repeated` : '';
    this.#out.write(
      `\n${read} read: ${applied} applied, ${late} late, ${quarantined} quarantined${again}; ${seconds.toFixed(2)} s\n`,
    );
  }

  #tableOf(aggregate: Aggregate): string {
    const totals = [...(this.#totals[aggregate.index] ?? [])];
    const rows = totals.map(([key, total]) => ({
      key,
      panes: total.panes,
      results: resultsOf(aggregate, total.accs),
    }));
    const [first] = aggregate.measures;
    const weight = (results: Record<string, unknown>): number => Number(results[first?.name ?? ''] ?? 0);
    rows.sort((a, b) => weight(b.results) - weight(a.results) || (a.key < b.key ? -1 : 1));
    const table = new Table({
      head: [...aggregate.dimensions, 'panes', ...aggregate.measures.map(({ name }) => name)],
      style: { head: [], border: [] },
      colAligns: [
        ...aggregate.dimensions.map(() => 'left' as const),
        'right',
        ...aggregate.measures.map(() => 'right' as const),
      ],
    });
    for (const { key, panes, results } of rows.slice(0, MOST_ROWS)) {
      table.push([...Object.values(keyRecord(aggregate, key)), panes, ...Object.values(results).map(show)]);
    }
    const more =
      rows.length > MOST_ROWS ? ` (${MOST_ROWS} of ${rows.length} keys, by ${first?.name ?? 'key'})` : '';
    return `\n${aggregate.name}${more}\n${table.toString()}\n`;
  }
}

function describe(value: Readonly<Record<string, unknown>>): string {
  return Object.entries(value)
    .map(([name, result]) => `${name} ${show(result)}`)
    .join(', ');
}

function show(result: unknown): string {
  if (typeof result === 'number') {
    return Number.isNaN(result) ? '–' : String(Math.round(result * 100) / 100);
  }
  return typeof result === 'string' ? result : JSON.stringify(result);
}
