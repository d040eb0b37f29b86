import type { Writable } from 'node:stream';
import Table from 'cli-table3';

const MOST_WIDTH = 60;

/** Writes a list: as JSON for programs, or as a table for people, in which nothing is longer than 60 characters. */
export function writeList<Row>(
  out: Writable,
  format: 'table' | 'json',
  rows: readonly Row[],
  shown: { readonly head: readonly string[]; readonly cells: (row: Row) => string[]; readonly none: string },
): void {
  if (format === 'json') {
    out.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  if (rows.length === 0) {
    out.write(`${shown.none}\n`);
    return;
  }
  const table = new Table({ head: [...shown.head], style: { head: [], border: [] } });
  for (const row of rows) table.push(shown.cells(row).map(cut));
  out.write(`${table.toString()}\n`);
}

function cut(text: string): string {
  return text.length > MOST_WIDTH ? `${text.slice(0, MOST_WIDTH - 1)}…` : text;
}
