import type { ErrorPayload } from './errors.ts';

/** What a thread is made with. */
export interface ThreadData {
  /** URL of the module. */
  readonly module: string;
  readonly handlerName: string;
  /** As configured, for error messages. */
  readonly handler: string;
  /** Counts invocations: the thread sleeps on it, which freezes all that goes on in it. */
  readonly signal: Int32Array;
}

/** One invocation, to the thread. */
export interface ThreadInvocation {
  /** JSON. */
  readonly payload: string;
  readonly requestId: string;
  readonly arn: string;
  /** When the time-out ends it, ms since 1970. */
  readonly deadlineMs: number;
  readonly traceId: string;
}

/** What a function wrote to. */
export type OutputStream = 'stdout' | 'stderr';

/** What a thread says. */
export type ThreadMessage =
  | { readonly type: 'output'; readonly stream: OutputStream; readonly text: string }
  /** The module is loaded. */
  | { readonly type: 'ready'; readonly memoryBytes: number }
  /** The handler's answer, as JSON. */
  | { readonly type: 'answer'; readonly json: string; readonly memoryBytes: number }
  /** The handler has failed; the thread can be invoked again. */
  | { readonly type: 'failed'; readonly error: ErrorPayload; readonly memoryBytes: number }
  /** The module could not be loaded, or nothing caught an error: the thread ends. */
  | { readonly type: 'crashed'; readonly error: ErrorPayload };
