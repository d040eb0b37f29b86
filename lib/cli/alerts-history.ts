import type { Writable } from 'node:stream';
import { keyWords } from '../notify/describe-value.ts';
import { readHistory, type HistoryListing } from '../query/history.ts';
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
  if (next !== undefined && options.format === 'table')
    out.write(`there is more: give --to ${history.at(-1)?.at ?? ''}, or a greater --limit\n`);
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
