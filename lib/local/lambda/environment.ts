import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { FunctionError } from './errors.ts';
import type { LocalFunction } from './runtime.ts';

interface Answer {
  readonly answer?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

/** Where a function's output goes, line by line as it comes. */
export type OnOutput = (functionName: string, text: string) => void;

// A worker's entry is plain JavaScript, as what it runs is a bundle.
const WORKER = new URL('./worker.mjs', import.meta.url);

/** One execution environment: a thread with an environment of its own, which runs one invocation at a time. */
export class ExecutionEnvironment {
  readonly #function: LocalFunction;
  readonly #worker: Worker;
  #dead = false;

  constructor(local: LocalFunction, onOutput: OnOutput) {
    this.#function = local;
    this.#worker = new Worker(WORKER, {
      workerData: { module: local.module, handlerName: local.handlerName },
      env: { ...local.environment },
      execArgv: ['--enable-source-maps'],
      resourceLimits: { maxOldGenerationSizeMb: local.memoryMb },
      stdout: true,
      stderr: true,
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        onOutput(local.name, text);
      });
    }
    this.#worker.once('exit', () => (this.#dead = true));
    // Reported through the invocation under way.
    this.#worker.on('error', () => (this.#dead = true));
  }

  /** Whether it can run another invocation. */
  get alive(): boolean {
    return !this.#dead;
  }

  /**
   * Runs one invocation.
   *
   * @throws {FunctionError} if the function throws, ends its thread or runs out of time; in the last two cases the
   * environment is gone
   */
  async run(event: unknown, requestId: string): Promise<unknown> {
    const { name, arn, memoryMb, timeoutMs } = this.#function;
    const deadline = Date.now() + timeoutMs;
    const over = new AbortController();
    const timer = setTimeout(() => {
      over.abort();
    }, timeoutMs);
    const answered = once(this.#worker, 'message', { signal: over.signal }) as Promise<[Answer]>;
    const exited = once(this.#worker, 'exit', { signal: over.signal }).then(() => {
      throw new FunctionError('Runtime.ExitError', 'the function ended its process before it answered');
    });
    exited.catch(() => undefined);
    const context = {
      awsRequestId: requestId,
      functionName: name,
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMb),
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'local',
      deadline,
    };
    this.#worker.postMessage({ event, context });
    try {
      const [{ answer, error }] = await Promise.race([answered, exited]);
      if (error !== undefined) throw new FunctionError(error.name, error.message, error.stack);
      return answer;
    } catch (error) {
      if (!isAbort(error)) throw error;
      await this.end();
      // As Lambda words it.
      throw new FunctionError(
        'Sandbox.Timedout',
        `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
      );
    } finally {
      clearTimeout(timer);
      over.abort();
    }
  }

  /** Ends the thread, whatever it does. */
  async end(): Promise<void> {
    this.#dead = true;
    await this.#worker.terminate();
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
