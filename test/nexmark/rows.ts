/** The results of a pane or a window by measure. */
export type Row = Readonly<Record<string, unknown>>;

/** All that a pipeline gives: rows by {@link rowName}. */
export type Rows = ReadonlyMap<string, Row>;

/**
 * Names a row.
 *
 * @param key values of the dimensions, in their order
 * @param start of the pane, in ms
 * @example rowName('perAuction', [1007], 0) // 'perAuction 1007 1970-01-01T00:00:00.000Z'
 */
export function rowName(aggregate: string, key: readonly unknown[], start: number): string {
  return [aggregate, ...key, new Date(start).toISOString()].join(' ');
}
