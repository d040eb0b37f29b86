import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { FunctionError } from './errors.ts';
import type { LocalFunction } from './runtime.ts';

interface Answer {
  readonly ready?: true;
  readonly answer?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

/** Where a function's output goes, line by line as it comes. */
export type OnOutput = (functionName: string, text: string) => void;

// A worker's entry is plain JavaScript, as what it runs is a bundle.
const WORKER = new URL('./worker.mjs', import.meta.url);
// How long a function may take to load, beside its time-out:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
const INIT_MS = 10_000;

/** One execution environment: a thread with an environment of its own, which runs one invocation at a time. */
export class ExecutionEnvironment {
  readonly #function: LocalFunction;
  readonly #worker: Worker;
  readonly #loaded: Promise<unknown>;
  #dead = false;

  constructor(local: LocalFunction, onOutput: OnOutput) {
    this.#function = local;
    this.#worker = new Worker(WORKER, {
      workerData: { module: local.module, handlerName: local.handlerName },
      env: { ...local.environment },
      execArgv: ['--enable-source-maps'],
      // Room for young objects, as NODE_OPTIONS gives it to the deployed functions.
      resourceLimits: { maxOldGenerationSizeMb: local.memoryMb, maxYoungGenerationSizeMb: 192 },
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
    this.#loaded = this.#answer(INIT_MS);
    // Reported through the first invocation.
    this.#loaded.catch(() => this.end());
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
    await this.#loaded;
    const { name, arn, memoryMb, timeoutMs } = this.#function;
    const context = {
      awsRequestId: requestId,
      functionName: name,
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMb),
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'local',
      deadline: Date.now() + timeoutMs,
    };
    const answer = this.#answer(timeoutMs);
    this.#worker.postMessage({ event, context });
    return answer;
  }

  /** Waits for the worker's next message; what it does instead, or if it does nothing in time, is an error. */
  async #answer(withinMs: number): Promise<unknown> {
    const over = new AbortController();
    const { signal } = over;
    const timer = setTimeout(() => {
      over.abort();
    }, withinMs);
    const exited = once(this.#worker, 'exit', { signal }).then(() => {
      throw new FunctionError('Runtime.ExitError', 'the function ended its process before it answered');
    });
    exited.catch(() => undefined);
    try {
      const [{ answer, error }] = (await Promise.race([
        once(this.#worker, 'message', { signal }),
        exited,
      ])) as [Answer];
      if (error === undefined) return answer;
      throw new FunctionError(error.name, error.message, error.stack);
    } catch (error) {
      if (error instanceof FunctionError) throw error;
      await this.end();
      if (!signal.aborted) throw uncaught(error);
      // As Lambda words it.
      throw new FunctionError(
        'Sandbox.Timedout',
        `Task timed out after ${(withinMs / 1000).toFixed(2)} seconds`,
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

/** An error that nothing in the function caught: it ends the process. */
function uncaught(error: unknown): FunctionError {
  if (error instanceof Error) return new FunctionError(error.name, error.message, error.stack);
  return new FunctionError('Error', JSON.stringify(error));
}
