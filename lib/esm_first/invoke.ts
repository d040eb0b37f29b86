/** What came of invoking a function. */
export interface Invocation {
  readonly requestId: string;
  /** What the function returned; absent if it threw. */
  readonly answer?: unknown;
  /** What the function threw, a time-out included. */
  readonly error?: Error;
}

/** Invokes the mapping's function. Rejects only if the function could not be invoked at all. */
export type Invoke = (event: { readonly Records: readonly unknown[] }) => Promise<Invocation>;
