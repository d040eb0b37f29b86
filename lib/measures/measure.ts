/** The stretch of event time that a result is over: a pane, several of them merged, or a window. */
export interface ResultContext {
  /** Its length in ms. */
  readonly duration: number;
}

/**
 * A measure is a commutative monoid over the values an author picks out of events: `empty`, `add` and `merge`
 * make a partial aggregate that may be split and joined in any order, `result` reads it, and `encode`/`decode`
 * store it. Anything that can be written in this form is exact under retries, lanes and windows for free.
 *
 * Laws, which `test/measures/laws.ts` checks for every measure:
 * - `merge(a, merge(b, c))` equals `merge(merge(a, b), c)`, and `merge(a, b)` equals `merge(b, a)`;
 * - `merge(empty(), a)` equals `a`;
 * - `decode(encode(a))` equals `a`, to the bit.
 *
 * A measure whose results keep the first law only within a bound, as `topK` beyond its capacity, says so and states it.
 *
 * @typeParam Event what the pipeline's schema gives out
 * @typeParam Result what readers and alert conditions see
 * @typeParam Acc the accumulator; `add` and `merge` may change their first argument and return it
 * @typeParam Input what is taken out of one event; `null` and `undefined` mean "no value here" and are skipped
 */
export interface Measure<Event, Result, Acc = unknown, Input = unknown> {
  /** The measure's kind as it is listed by the API, such as `mean`. */
  readonly kind: string;
  /**
   * Takes the input out of one event. Pure: it may be called again for the same event.
   *
   * @param time the event's time in ms since 1970 UTC, a whole number
   */
  readonly input: (event: Event, time: number) => Input | null | undefined;

  // Methods, not function properties: their parameters are compared bivariantly, so that a
  // Measure<E, R, Mean, number> is a Measure<E, R>. Its consumers hand back only what they were given.

  /** Says what is wrong with an input (`must be a finite number`), or `undefined` if it can be added. */
  refuse(input: Input): string | undefined;
  empty(): Acc;
  add(acc: Acc, input: Input): Acc;
  merge(into: Acc, from: Acc): Acc;
  /** @param context what was aggregated over; whoever reads a pane or a window gives it */
  result(acc: Acc, context?: ResultContext): Result;
  /** Bytes of the accumulator; the first one is the version of the encoding. */
  encode(acc: Acc): Uint8Array;
  /** @throws {EncodingError} if the bytes are of another version or length */
  decode(bytes: Uint8Array): Acc;
}
