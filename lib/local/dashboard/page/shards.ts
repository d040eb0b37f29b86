import type { MappingRow, ShardRow } from '../protocol.ts';
import { element, setAttributes, setText } from './dom.ts';
import { duration, eventTime, perSecond, whole } from './format.ts';
import { KeyedList, type RowView } from './keyed-list.ts';
import { keepReachable, walkRows } from './row-focus.ts';
import type { View } from './view.ts';

interface Row extends ShardRow {
  readonly function: string;
  readonly source: string;
}

interface Column {
  readonly label: string;
  readonly title: string;
  readonly numeric: boolean;
  readonly text: (row: Row) => string;
  /** What the value is worth looking at for. */
  readonly tone?: (row: Row) => string | undefined;
}

const BEHIND_MS = 60_000;

const COLUMNS: readonly Column[] = [
  { label: 'Function', title: 'Reads the shard', numeric: false, text: (row) => row.function },
  { label: 'Shard', title: 'Of the stream', numeric: false, text: ({ shardId }) => shortShard(shardId) },
  { label: 'State', title: 'What the mapping does with it', numeric: false, text: ({ state }) => state },
  {
    label: 'Records/s',
    title: 'Dealt with in a second',
    numeric: true,
    text: ({ recordsPerSecond }) => perSecond(recordsPerSecond),
  },
  { label: 'Records', title: 'Dealt with in all', numeric: true, text: ({ records }) => whole(records) },
  {
    label: 'Iterator age',
    title: 'How long ago the last record read was put',
    numeric: true,
    text: ({ iteratorAgeMs }) => duration(iteratorAgeMs),
    tone: ({ iteratorAgeMs }) => (iteratorAgeMs >= BEHIND_MS ? 'warn' : undefined),
  },
  {
    label: 'Watermark',
    title: 'Event time up to which the lane is complete',
    numeric: true,
    text: ({ watermark }) => eventTime(watermark),
  },
  {
    label: 'Retries',
    title: 'Batches that were tried again',
    numeric: true,
    text: ({ retries }) => whole(retries),
    tone: ({ retries }) => (retries > 0 ? 'warn' : undefined),
  },
  {
    label: 'Failed',
    title: 'Batches that failed',
    numeric: true,
    text: ({ batchesFailed }) => whole(batchesFailed),
    tone: ({ batchesFailed }) => (batchesFailed > 0 ? 'warn' : undefined),
  },
  {
    label: 'Discarded',
    title: 'Records that were given up',
    numeric: true,
    text: ({ recordsDiscarded }) => whole(recordsDiscarded),
    tone: ({ recordsDiscarded }) => (recordsDiscarded > 0 ? 'bad' : undefined),
  },
];

/** Every shard that a function reads. */
export function createShards(root: HTMLElement): View {
  const body = element('tbody');
  const table = element(
    'table',
    { attributes: { 'aria-labelledby': 'shards-title' } },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...COLUMNS.map(({ label, title, numeric }) =>
          element('th', { text: label, class: numeric ? 'number' : '', attributes: { scope: 'col', title } }),
        ),
      ),
    ),
    body,
  );
  root.append(
    element('h2', { text: 'Shards', attributes: { id: 'shards-title' } }),
    element(
      'div',
      { class: 'scroll', attributes: { tabindex: '0', role: 'region', 'aria-label': 'Table of shards' } },
      table,
    ),
  );
  walkRows(body, 'tr');
  const list = new KeyedList<Row>(body, (row) => `${row.function} ${row.source} ${row.shardId}`, createRow);
  return {
    update: ({ mappings }) => {
      list.update(mappings.flatMap(rowsOf));
      keepReachable(body, 'tr');
    },
  };
}

function rowsOf(mapping: MappingRow): Row[] {
  return mapping.shards.map((shard) => ({ ...shard, function: mapping.function, source: mapping.source }));
}

function createRow(): RowView<Row> {
  const cells = COLUMNS.map(({ numeric }) => element('td', { class: numeric ? 'number' : '' }));
  const root = element('tr', { attributes: { tabindex: '-1' } }, ...cells);
  return {
    root,
    update: (row) => {
      for (const [index, { text, tone }] of COLUMNS.entries()) {
        const cell = cells[index];
        if (cell === undefined) continue;
        setText(cell, text(row));
        setAttributes(cell, { 'data-tone': tone?.(row) });
      }
      setAttributes(root, { 'data-state': row.state, title: `${row.shardId} of ${row.source}` });
    },
  };
}

/** `…0003` of `shardId-000000000003`: what tells one from another. */
export function shortShard(shardId: string): string {
  const digits = /^shardId-0*(\d+)$/.exec(shardId)?.[1];
  if (digits !== undefined) return digits;
  return shardId.length <= 14 ? shardId : `…${shardId.slice(-10)}`;
}
