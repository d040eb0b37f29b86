import { Worker } from 'node:worker_threads';
import type { ErrorPayload } from './errors.ts';
import { FunctionError } from './errors.ts';
import { exited, killed, timedOut } from './failures.ts';
import type { LocalFunction } from './function.ts';
import { Lines } from './lines.ts';
import { heapLimits } from './node-options.ts';
import type { OnOutput, OutputOrigin } from './output.ts';
import type { OutputStream, ThreadData, ThreadInvocation, ThreadMessage } from './protocol.ts';
import { environmentVariables, handlerOf } from './variables.ts';

/** How a thread ended. */
type End =
  | { readonly type: 'crashed'; readonly error: ErrorPayload }
  | { readonly type: 'exited'; readonly status: number }
  | { readonly type: 'timedOut' }
  /** By {@link ExecutionEnvironment.end}, or for its memory. */
  | { readonly type: 'killed' };

type Reply = Exclude<ThreadMessage, { type: 'output' }> | End;

// A worker's entry is plain JavaScript, as what it runs is a bundle.
const THREAD = new URL('./thread/main.mjs', import.meta.url);

/**
 * One execution environment: a thread with a heap, variables and output of its own, which runs one invocation at a time
 * and is frozen in between.
 */
export class ExecutionEnvironment {
  readonly function: LocalFunction;
  readonly logStreamName: string;
  readonly #worker: Worker;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #lines: Readonly<Record<OutputStream, Lines>>;
  readonly #onOutput: OnOutput;
  #requestId: string | undefined;
  #end: End | undefined;
  #onReply: ((reply: Reply) => void) | undefined;
  #memoryBytes = 0;

  /** @throws {Error} if Node.js refuses the function's NODE_OPTIONS */
  constructor(local: LocalFunction, logStreamName: string, onOutput: OnOutput) {
    this.function = local;
    this.logStreamName = logStreamName;
    this.#onOutput = onOutput;
    this.#lines = { stdout: this.#linesOf('stdout'), stderr: this.#linesOf('stderr') };
    const { module, handlerName } = local;
    const workerData: ThreadData = {
      module,
      handlerName,
      handler: handlerOf(local),
      signal: this.#signal,
    };
    this.#worker = new Worker(THREAD, {
      workerData,
      // Node.js reads NODE_OPTIONS from here, and takes nothing of the host's own options.
      env: environmentVariables(local, logStreamName),
      execArgv: [],
      resourceLimits: heapLimits(local.memoryMb, local.environment.NODE_OPTIONS),
      // What the function writes comes as messages; this is for what is written before its module is loaded.
      stdout: true,
      stderr: true,
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#worker[stream].setEncoding('utf8').on('data', (text: string) => {
        this.#lines[stream].take(text);
      });
    }
    this.#worker.on('message', (message: ThreadMessage) => {
      this.#take(message);
    });
    // Its end follows.
    this.#worker.on('error', (error) => (this.#end ??= endOf(error)));
    this.#worker.once('exit', (status) => {
      this.#end ??= { type: 'exited', status };
      this.#flush();
      this.#onReply?.(this.#end);
    });
  }

  /** Whether it can run another invocation. */
  get alive(): boolean {
    return this.#end === undefined;
  }

  /** Whether it was ended from outside, by {@link ExecutionEnvironment.end} or for its memory. */
  get killed(): boolean {
    return this.#end?.type === 'killed';
  }

  /** The most that its thread has held, bytes, as seen at the ends of init and invocations. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /**
   * Waits until the module is loaded. To be called once, before any invocation.
   *
   * @param requestId the invocation that it is loaded for
   * @throws {FunctionError} if it cannot be loaded; the environment is gone
   */
  async init(requestId: string, withinMs: number): Promise<void> {
    const reply = await this.#next(withinMs);
    if (reply.type === 'ready') return;
    if (reply.type === 'timedOut') await this.#endAs(reply);
    throw failure(reply, requestId, withinMs);
  }

  /**
   * Runs one invocation.
   *
   * @param timeoutMs the function's time-out, for messages; what ends the invocation is its deadline
   * @returns the answer, as JSON
   * @throws {FunctionError} if the function throws, ends its process or runs out of time; in the last two cases the
   * environment is gone
   */
  async invoke(invocation: ThreadInvocation, timeoutMs: number): Promise<string> {
    this.#requestId = invocation.requestId;
    const reply = this.#next(Math.max(0, invocation.deadlineMs - Date.now()));
    this.#worker.postMessage(invocation);
    Atomics.add(this.#signal, 0, 1);
    Atomics.notify(this.#signal, 0);
    const said = await reply;
    if (said.type === 'answer') return said.json;
    if (said.type === 'timedOut') await this.#endAs(said);
    throw failure(said, invocation.requestId, timeoutMs);
  }

  /** Ends the thread, whatever it does. */
  end(): Promise<void> {
    return this.#endAs({ type: 'killed' });
  }

  async #endAs(end: End): Promise<void> {
    this.#end ??= end;
    await this.#worker.terminate();
  }

  /** Waits for what the thread says next, or for its end. */
  #next(withinMs: number): Promise<Reply> {
    return new Promise((resolve) => {
      const settle = (reply: Reply): void => {
        clearTimeout(timer);
        this.#onReply = undefined;
        resolve(reply);
      };
      const timer = setTimeout(settle, withinMs, { type: 'timedOut' });
      this.#onReply = settle;
      if (this.#end !== undefined) settle(this.#end);
    });
  }

  #take(message: ThreadMessage): void {
    switch (message.type) {
      case 'output':
        this.#lines[message.stream].take(message.text);
        break;
      case 'crashed':
        // It ends by itself, and only then is all over.
        this.#end ??= message;
        break;
      default:
        this.#memoryBytes = Math.max(this.#memoryBytes, message.memoryBytes);
        this.#flush();
        this.#onReply?.(message);
    }
  }

  #linesOf(stream: OutputStream): Lines {
    return new Lines((line) => {
      const origin: OutputOrigin = { stream, logStreamName: this.logStreamName, requestId: this.#requestId };
      this.#onOutput(this.function.name, line, origin);
    });
  }

  #flush(): void {
    this.#lines.stdout.flush();
    this.#lines.stderr.flush();
  }
}

function failure(reply: Reply, requestId: string, timeoutMs: number): FunctionError {
  switch (reply.type) {
    case 'failed':
    case 'crashed':
      return new FunctionError(reply.error);
    case 'exited':
      return exited(requestId, reply.status);
    case 'killed':
      return killed(requestId);
    case 'timedOut':
      return timedOut(requestId, timeoutMs);
    case 'ready':
    case 'answer':
      throw new TypeError(`the thread said "${reply.type}" out of turn`);
  }
}

/** What ended a thread that had no say in it. */
function endOf(error: Error & { readonly code?: unknown }): End {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return { type: 'killed' };
  const { name, message, stack = '' } = error;
  return {
    type: 'crashed',
    error: { errorType: name, errorMessage: message, trace: stack.split('\n') },
  };
}
