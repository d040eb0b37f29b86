/** A measure's result for people: numbers to two decimals, a dash where there were no values. */
export function showResult(result: unknown): string {
  if (result === null || (typeof result === 'number' && Number.isNaN(result))) return '–';
  if (typeof result === 'number') return String(Math.round(result * 100) / 100);
  return typeof result === 'string' ? result : JSON.stringify(result);
}

/** One line for an alert's transition. @param at ISO 8601 UTC */
export function alertLine(
  at: string,
  state: 'firing' | 'resolved',
  alert: string,
  key: Readonly<Record<string, string>>,
  value: Readonly<Record<string, unknown>>,
): string {
  const names = Object.entries(key).map(([dimension, text]) => `${dimension}=${text}`);
  const results = Object.entries(value).map(([name, result]) => `${name} ${showResult(result)}`);
  return [at, state === 'firing' ? 'FIRING  ' : 'resolved', alert, ...names, ` ${results.join(', ')}`].join(
    ' ',
  );
}
