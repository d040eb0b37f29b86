/** A span of arrival times whose records share a state, as a lane has it open. */
export interface TumblingWindow {
  /** Inclusive, ms since 1970. */
  readonly startMs: number;
  /** Exclusive, ms since 1970. */
  readonly endMs: number;
  /** What the function last returned; `{}` at first. */
  readonly state: object;
}

/** What an event has besides its records when the mapping has tumbling windows. */
export interface WindowProperties {
  readonly window: { readonly start: string; readonly end: string };
  readonly state: object;
  readonly shardId: string;
  readonly eventSourceARN: string;
  /** Whether no more records of the window will come. */
  readonly isFinalInvokeForWindow: boolean;
  /** Whether the window goes on with an empty state, because this one grew too large. */
  readonly isWindowTerminatedEarly: boolean;
}

/**
 * AWS: a state may have 1 MB; a window whose state exceeds it ends early.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export const MAXIMUM_STATE_BYTES = 1_024 * 1_024;

/**
 * AWS: without new records, Lambda waits for up to 2 minutes before assuming that a window is over.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export const WINDOW_WAIT_MS = 120_000;

/**
 * The window that a record belongs to by when it arrived; windows begin at multiples of their length since 1970.
 * @example windowOf(90_000, 60_000) // { startMs: 60_000, endMs: 120_000, state: {} }
 */
export function windowOf(arrivalMs: number, lengthMs: number): TumblingWindow {
  const startMs = Math.floor(arrivalMs / lengthMs) * lengthMs;
  return { startMs, endMs: startMs + lengthMs, state: {} };
}

/** Of a state, as JSON in UTF-8. */
export function stateBytes(state: object): number {
  return Buffer.byteLength(JSON.stringify(state));
}

/** What the function is told of the window; instants are ISO 8601, UTC, in whole seconds. */
export function windowProperties(
  { startMs, endMs, state }: TumblingWindow,
  about: { readonly shardId: string; readonly eventSourceARN: string },
  { final = false, early = false }: { readonly final?: boolean; readonly early?: boolean } = {},
): WindowProperties {
  return {
    window: { start: instant(startMs), end: instant(endMs) },
    state,
    ...about,
    isFinalInvokeForWindow: final,
    isWindowTerminatedEarly: early,
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** The state in a function's answer, or why there is none. */
export type StateVerdict =
  | { readonly kind: 'state'; readonly state: object }
  | { readonly kind: 'malformed'; readonly reason: string };

/**
 * Reads the state of an answer. Every answer has to have one, also that of the final invocation; AWS does not say what
 * may be in it, its examples are objects, and nothing else is taken here.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html, "Aggregation and processing"
 */
export function readState(response: unknown): StateVerdict {
  if (typeof response !== 'object' || response === null || !('state' in response)) {
    return { kind: 'malformed', reason: 'the answer has no state, which tumbling windows require' };
  }
  const { state } = response;
  if (typeof state === 'object' && state !== null && !Array.isArray(state)) return { kind: 'state', state };
  return { kind: 'malformed', reason: 'the state is no JSON object' };
}
