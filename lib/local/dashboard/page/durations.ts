const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A duration as the HTTP API writes it, `15m` or `1h30m`, in ms; undefined if it is none, as of a running total. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
}

const STEPS = ['1s', '10s', '1m', '5m', '15m', '1h', '6h', '1d'];

/** Resolutions to choose from: the pane, its tiers, and round multiples of the pane up to a day. */
export function resolutions(pane: string, rollups: readonly string[]): string[] {
  const least = parseDuration(pane);
  if (least === undefined) return [];
  const fits = (text: string): boolean => {
    const ms = parseDuration(text);
    return ms !== undefined && ms > least && ms % least === 0;
  };
  const offered = new Set([...STEPS.filter(fits), ...rollups.filter(fits)]);
  const sorted = [...offered].sort((a, b) => (parseDuration(a) ?? 0) - (parseDuration(b) ?? 0));
  return [pane, ...sorted];
}
