import type { FailureRow } from '../protocol.ts';
import { element, setText } from './dom.ts';
import { ago, counted } from './format.ts';
import { KeyedList, type RowView } from './keyed-list.ts';
import { shortShard } from './shards.ts';
import type { View } from './view.ts';

interface Row {
  readonly row: FailureRow;
  readonly now: number;
}

/** Batches that failed, were split or given up, and reads that failed. */
export function createFailures(root: HTMLElement): View {
  const rows = element('ul', { class: 'rows' });
  const empty = element('p', { class: 'note', text: 'No batch has failed.' });
  root.append(
    element('h2', { text: 'Failed batches', attributes: { id: 'failures-title' } }),
    empty,
    element(
      'div',
      { class: 'scroll', attributes: { tabindex: '0', role: 'region', 'aria-label': 'Failed batches' } },
      rows,
    ),
  );
  const list = new KeyedList<Row>(
    rows,
    ({ row }) => `${row.at} ${row.function} ${row.shardId} ${row.kind} ${row.records} ${row.reason}`,
    createRow,
  );
  return {
    update: ({ failures, at }) => {
      empty.hidden = failures.length > 0;
      list.update(distinct(failures).map((row) => ({ row, now: at })));
    },
  };
}

/** The same failure in the same millisecond is shown once: a list tells its rows apart by what they hold. */
function distinct(failures: readonly FailureRow[]): FailureRow[] {
  return [...new Map(failures.map((row) => [JSON.stringify(row), row])).values()];
}

function createRow(): RowView<Row> {
  const badge = element('span', { class: 'badge', attributes: { 'data-state': 'failed' } });
  const where = element('span', { class: 'name' });
  const time = element('time');
  const reason = element('span', { class: 'summary' });
  return {
    root: element('li', { class: 'failure-row' }, badge, where, time, reason),
    update: ({ row, now }) => {
      setText(badge, row.kind);
      const records = row.records > 0 ? `, ${counted(row.records, 'record')}` : '';
      setText(where, `${row.function}, shard ${shortShard(row.shardId)}${records}`);
      setText(time, ago(row.at, now));
      setText(reason, row.reason);
    },
  };
}
