import type { OutputStream } from './protocol.ts';

/** Where a line comes from. */
export interface OutputOrigin {
  /** `platform` is what Lambda itself writes: START, END and REPORT. */
  readonly stream: OutputStream | 'platform';
  /** One for each execution environment: `2024/03/01/[$LATEST]…`. */
  readonly logStreamName: string;
  /** Undefined while the module loads. */
  readonly requestId: string | undefined;
}

/**
 * Where functions' output goes, as it comes.
 *
 * @param functionName what the function is invoked by here
 * @param text one line, with its line break
 */
export type OnOutput = (functionName: string, text: string, origin: OutputOrigin) => void;
