import type { Writable } from 'node:stream';
import { keyWords, valueText } from '../notify/describe-value.ts';
import type { StateDescription } from '../notify/describe-state.ts';
import { listAlerts, type AlertListing } from '../query/alerts.ts';
import { withAlerts, type AlertsStageOptions } from './alerts-stage.ts';
import { readDimensions } from './dimension-arguments.ts';
import { writeList } from './list-table.ts';
import { showResults } from './show.ts';

/** What `list` is told. */
export interface ListOptions extends AlertsStageOptions {
  readonly open?: boolean;
  readonly alert?: string;
}

const PAGE = '1000';

/** `weir alerts list`: the latest transition of each alert and key. */
export async function showAlerts(
  dimensions: readonly string[],
  { open, alert, ...options }: ListOptions,
  out: Writable,
): Promise<void> {
  const params = {
    ...readDimensions(dimensions),
    ...(open === true ? { state: 'open' } : {}),
    ...(alert === undefined ? {} : { alert }),
    limit: PAGE,
  };
  const rows = await withAlerts(options, async (context) => {
    const all: AlertListing[] = [];
    for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
      const page = await listAlerts(context, after === undefined ? params : { ...params, after });
      all.push(...page.alerts);
      after = page.next;
    }
    return all;
  });
  writeList(out, options.format, rows, {
    head: ['alert', 'key', 'state', 'severity', 'since', 'value', 'note'],
    cells: (row) => [
      row.alert,
      keyWords(row.key),
      row.state,
      row.severity,
      row.since,
      shownValue(row),
      noteOf(row),
    ],
    none: open === true ? 'no alert is open' : 'there are no alerts',
  });
}

/** The number that an alert is about, or else all that its condition saw. */
export function shownValue(state: StateDescription): string {
  return valueText(state) ?? showResults(state.value);
}

function noteOf({ acknowledged, silenced }: AlertListing): string {
  return [
    ...(acknowledged === undefined ? [] : [`acknowledged by ${acknowledged.author}`]),
    ...(silenced === undefined ? [] : [`silenced until ${silenced.until}`]),
  ].join(', ');
}
