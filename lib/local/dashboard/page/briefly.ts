import type { AlertRow } from '../protocol.ts';

/** The summary without what stands beside it anyway: the state, the alert and its key. */
export function briefly({ alert, key, state, summary }: AlertRow): string {
  const known = `${state} ${alert} ${key}`.trim();
  if (!summary.toLowerCase().startsWith(`${known}:`.toLowerCase())) return summary;
  return summary.slice(known.length + 1).trim();
}
