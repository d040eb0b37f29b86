/** A length of time as authors write it: `'30s'`, `'15m'`, `'1h'`, `'7d'`. A day is always 24 hours. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A text that is not a length of time. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

/**
 * Milliseconds in a duration.
 *
 * @example parseDuration('15m') // 900000
 * @throws {DurationError} if the text is not a positive whole number of ms, s, m, h or d, or is zero where zero makes no sense
 */
export function parseDuration(text: string, options: { readonly zero?: boolean } = {}): number {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  const ms = match ? Number(match[1]) * (UNITS[match[2] ?? ''] ?? NaN) : NaN;
  if (!Number.isSafeInteger(ms)) {
    throw new DurationError(
      `'${text}' is not a duration; write a whole number and a unit, such as '30s', '15m', '1h' or '7d'`,
    );
  }
  if (ms === 0 && options.zero !== true)
    throw new DurationError(`'${text}' is no time at all; give a duration above zero`);
  return ms;
}

/**
 * The shortest text for a length of time in milliseconds: the inverse of {@link parseDuration}.
 *
 * @example formatDuration(900_000) // '15m'
 */
export function formatDuration(ms: number): Duration {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const size = UNITS[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}
