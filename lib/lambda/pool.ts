import { NotInvokedError } from '../esm/errors.ts';
import { coldStart, type Ready } from './cold-start.ts';
import { ExecutionEnvironment } from './environment.ts';
import { exited } from './failures.ts';
import type { LocalFunction } from './function.ts';
import { logStreamName, traceHeader } from './identity.ts';
import type { OnOutput } from './output.ts';
import { endLine, reportLine, startLine } from './platform-lines.ts';

/** What all pools of a runtime share. */
export interface PoolOptions {
  readonly onOutput: OnOutput;
  readonly platformLines: boolean;
  /** How long an environment is kept that nobody uses, ms; `Infinity` keeps it until the pool is closed. */
  readonly idleMs: number;
  /** How long a module may take to load, ms, beside the time-out. */
  readonly initMs: number;
  /** Numbers from 0 up to 1, for names of log streams and ids of traces. */
  readonly random: () => number;
}

/** What Node.js ends with when it refuses its options. */
const INVALID_ARGUMENT_STATUS = 9;

/** The execution environments of one function. */
export class FunctionPool {
  readonly #options: PoolOptions;
  #function: LocalFunction;
  /** The one that was used last is the last. */
  #idle: ExecutionEnvironment[] = [];
  readonly #reapers = new Map<ExecutionEnvironment, NodeJS.Timeout>();
  /** By request id. */
  readonly #busy = new Map<string, ExecutionEnvironment>();
  #underWay = 0;
  #isClosed = false;

  constructor(local: LocalFunction, options: PoolOptions) {
    this.#function = local;
    this.#options = options;
  }

  /**
   * Runs one invocation in an environment of its own, warm if there is one.
   *
   * @param payload JSON
   * @returns JSON
   * @throws {FunctionError} if the function fails
   * @throws {NotInvokedError} if as many invocations are under way as are reserved, or the pool is closed
   */
  async invoke(payload: string, requestId: string): Promise<string> {
    const { name, reservedConcurrency = Infinity } = this.#function;
    if (this.#isClosed) throw new NotInvokedError(`${name} is not there any more`);
    if (this.#underWay >= reservedConcurrency) {
      throw new NotInvokedError(
        `Rate Exceeded: ${this.#underWay} invocations of ${name} are under way, and ${reservedConcurrency} are reserved`,
      );
    }
    this.#underWay++;
    try {
      return await this.#run(this.#function, payload, requestId);
    } finally {
      this.#busy.delete(requestId);
      this.#underWay--;
    }
  }

  /** Ends the environment of an invocation. @returns whether there was one */
  async kill(requestId: string): Promise<boolean> {
    const environment = this.#busy.get(requestId);
    await environment?.end();
    return environment !== undefined;
  }

  /** Has the invocations that begin from now on run this function, with its code as it is now. */
  async replace(local: LocalFunction): Promise<void> {
    this.#function = local;
    await this.#endIdle();
  }

  /** Invokes nothing more; what is under way ends. */
  async retire(): Promise<void> {
    this.#isClosed = true;
    await this.#endIdle();
  }

  /** Ends every environment. */
  async close(): Promise<void> {
    await Promise.all([this.retire(), ...[...this.#busy.values()].map((environment) => environment.end())]);
  }

  async #run(local: LocalFunction, payload: string, requestId: string): Promise<string> {
    const { environment, initMs, deadlineMs } = await this.#take(local, requestId);
    const { timeoutMs, memoryMb, arn, tracing } = local;
    const traceId = traceHeader(new Date(), this.#options.random, tracing === 'Active');
    const began = performance.now();
    this.#platform(environment, requestId, startLine(requestId));
    let died: unknown;
    try {
      return await environment.invoke({ payload, requestId, arn, deadlineMs, traceId }, timeoutMs);
    } catch (error) {
      if (!environment.alive) died = error;
      throw error;
    } finally {
      const durationMs = performance.now() - began;
      const { memoryBytes } = environment;
      this.#platform(environment, requestId, endLine(requestId));
      const report = { requestId, durationMs, initMs, memoryMb, memoryBytes, error: died };
      this.#platform(environment, requestId, reportLine(report));
      this.#giveBack(environment);
    }
  }

  /** A warm environment, or a new one. */
  async #take(local: LocalFunction, requestId: string): Promise<Ready> {
    const { timeoutMs } = local;
    for (let warm = this.#idle.pop(); warm !== undefined; warm = this.#idle.pop()) {
      clearTimeout(this.#reapers.get(warm));
      this.#reapers.delete(warm);
      if (!warm.alive) continue;
      this.#busy.set(requestId, warm);
      return { environment: warm, initMs: undefined, deadlineMs: Date.now() + timeoutMs };
    }
    const limits = { initMs: this.#options.initMs, timeoutMs };
    return coldStart(
      () => this.#create(local, requestId),
      requestId,
      limits,
      (environment, line) => {
        this.#platform(environment, requestId, line);
      },
    );
  }

  #create(local: LocalFunction, requestId: string): ExecutionEnvironment {
    const { random, onOutput } = this.#options;
    const logStream = logStreamName(new Date(), random);
    try {
      const environment = new ExecutionEnvironment(local, logStream, onOutput);
      this.#busy.set(requestId, environment);
      return environment;
    } catch (error) {
      const origin = { stream: 'stderr', logStreamName: logStream, requestId } as const;
      onOutput(local.name, `node: ${String(error)}\n`, origin);
      throw exited(requestId, INVALID_ARGUMENT_STATUS);
    }
  }

  #giveBack(environment: ExecutionEnvironment): void {
    if (!environment.alive) return;
    if (this.#isClosed || environment.function !== this.#function) {
      void environment.end();
      return;
    }
    this.#idle.push(environment);
    if (this.#options.idleMs === Infinity) return;
    const reaper = setTimeout(() => {
      this.#idle = this.#idle.filter((idle) => idle !== environment);
      this.#reapers.delete(environment);
      void environment.end();
    }, this.#options.idleMs);
    this.#reapers.set(environment, reaper.unref());
  }

  async #endIdle(): Promise<void> {
    const idle = this.#idle.splice(0);
    for (const reaper of this.#reapers.values()) clearTimeout(reaper);
    this.#reapers.clear();
    await Promise.all(idle.map((environment) => environment.end()));
  }

  #platform({ logStreamName: stream }: ExecutionEnvironment, requestId: string, line: string): void {
    if (!this.#options.platformLines) return;
    this.#options.onOutput(this.#function.name, line, {
      stream: 'platform',
      logStreamName: stream,
      requestId,
    });
  }
}
