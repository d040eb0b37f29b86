import type { Writable } from 'node:stream';
import { keyWords } from '../notify/describe-value.ts';
import { readHistory, type HistoryListing } from '../query/history.ts';
import { isoTime } from '../time/event-time.ts';
import { shownValue } from './alerts-list.ts';
import { withAlerts, type AlertsStageOptions } from './alerts-stage.ts';
import { readDimensions } from './dimension-arguments.ts';
import { writeList } from './list-table.ts';

/** What `history` is told. */
export interface HistoryOptions extends AlertsStageOptions {
  readonly from?: string;
  readonly to?: string;
  readonly limit: string;
}

/** `weir alerts history NAME`: what has happened to an alert, latest first. */
export async function showHistory(
  name: string,
  dimensions: readonly string[],
  { from, to, limit, ...options }: HistoryOptions,
  out: Writable,
): Promise<void> {
  const params = {
    ...readDimensions(dimensions),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    limit,
  };
  const { history, next } = await withAlerts(options, (context) => readHistory(context, name, params));
  writeList(out, options.format, history, {
    head: ['at', 'what', 'key', 'severity', 'details'],
    cells,
    none: `nothing is known to have happened to ${name}`,
  });
  const last = history.at(-1);
  if (next === undefined || last === undefined || options.format !== 'table') return;
  // `--to` is exclusive, and there may be more of the last moment.
  out.write(`there is more: give --to ${isoTime(Date.parse(last.at) + 1)}, or a greater --limit\n`);
}

function cells(entry: HistoryListing): string[] {
  switch (entry.type) {
    case 'transition':
      return [entry.at, entry.state, keyWords(entry.key), entry.severity, shownValue(entry)];
    case 'notice': {
      const told = `${entry.firing} firing, ${entry.resolved} resolved`;
      return [entry.at, `told: ${entry.kind}`, keyWords(entry.group), entry.severity, told];
    }
    case 'acknowledged': {
      const said = [entry.author, entry.comment].filter((text) => text !== '').join(': ');
      return [entry.at, 'acknowledged', keyWords(entry.key), '', said];
    }
  }
}
