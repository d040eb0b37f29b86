import type { ExecutionEnvironment } from './environment.ts';
import { initReportLine } from './platform-lines.ts';

/** An environment that is ready for an invocation. */
export interface Ready {
  readonly environment: ExecutionEnvironment;
  /** How long its init took, ms, if it was made for this invocation. */
  readonly initMs: number | undefined;
  /** When the invocation runs out of time, ms since 1970. */
  readonly deadlineMs: number;
}

/**
 * Makes an environment. Init that fails is tried again in another one, as a part of the invocation and of its time.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 * @param create makes an environment that has yet to load
 * @param limits how long init may take beside the time-out, and the time-out, ms
 * @param onFailed takes the line that tells of an init that has failed
 * @throws {FunctionError} if init fails a second time, or the environment was ended meanwhile
 */
export async function coldStart(
  create: () => ExecutionEnvironment,
  requestId: string,
  { initMs: allowedMs, timeoutMs }: { readonly initMs: number; readonly timeoutMs: number },
  onFailed: (environment: ExecutionEnvironment, line: string) => void,
): Promise<Ready> {
  const environment = create();
  const init = async (phase: 'init' | 'invoke', which: ExecutionEnvironment, ms: number): Promise<number> => {
    const began = performance.now();
    try {
      await which.init(requestId, ms);
    } catch (error) {
      onFailed(which, initReportLine(performance.now() - began, phase, error));
      throw error;
    }
    return performance.now() - began;
  };

  try {
    const initMs = await init('init', environment, allowedMs);
    return { environment, initMs, deadlineMs: Date.now() + timeoutMs };
  } catch (error) {
    // Whoever ended it wants no other.
    if (environment.killed) throw error;
  }
  const deadlineMs = Date.now() + timeoutMs;
  const another = create();
  await init('invoke', another, timeoutMs);
  return { environment: another, initMs: undefined, deadlineMs };
}
