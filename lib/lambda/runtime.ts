import { randomUUID } from 'node:crypto';
import { ExecutionEnvironment, type OnOutput } from './environment.ts';

/** A function as the runtime needs it. */
export interface LocalFunction {
  readonly name: string;
  readonly arn: string;
  /** URL of the module that exports the handler: a bundle, as it would be deployed. */
  readonly module: string;
  readonly handlerName: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** All of the function's environment; nothing of the host's comes along. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs functions as Lambda does: an execution environment per concurrent invocation, kept warm for the next, with a
 * time-out that ends it.
 */
export class LambdaRuntime {
  readonly #functions: ReadonlyMap<string, LocalFunction>;
  readonly #idle = new Map<string, ExecutionEnvironment[]>();
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #busy = new Map<string, ExecutionEnvironment>();
  readonly #onOutput: OnOutput;

  /** @param onOutput what functions write to stdout and stderr */
  constructor(functions: readonly LocalFunction[], onOutput: OnOutput) {
    this.#functions = new Map(functions.map((local) => [local.name, local]));
    this.#onOutput = onOutput;
  }

  /**
   * Invokes a function and waits for its answer.
   *
   * @throws {FunctionError} if the function throws, or runs out of time
   * @throws {RangeError} if there is no such function
   */
  async invoke(name: string, event: unknown, requestId: string = randomUUID()): Promise<unknown> {
    const local = this.#functions.get(name);
    if (local === undefined) {
      throw new RangeError(
        `there is no function '${name}'; there are ${[...this.#functions.keys()].join(', ')}`,
      );
    }
    const environment = this.#take(local);
    this.#busy.set(requestId, environment);
    try {
      return await environment.run(event, requestId);
    } finally {
      this.#busy.delete(requestId);
      this.#giveBack(local, environment);
    }
  }

  /**
   * Ends the environment in which an invocation runs, as a host does that fails: the invocation fails with a
   * {@link FunctionError}, wherever it was.
   *
   * @returns whether there was such an invocation
   */
  async kill(requestId: string): Promise<boolean> {
    const environment = this.#busy.get(requestId);
    await environment?.end();
    return environment !== undefined;
  }

  /** Ends every environment. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map((environment) => environment.end()));
    this.#all.clear();
    this.#idle.clear();
  }

  #take(local: LocalFunction): ExecutionEnvironment {
    const idle = this.#idle.get(local.name) ?? [];
    for (let environment = idle.pop(); environment !== undefined; environment = idle.pop()) {
      if (environment.alive) return environment;
      this.#all.delete(environment);
    }
    const environment = new ExecutionEnvironment(local, this.#onOutput);
    this.#all.add(environment);
    return environment;
  }

  #giveBack(local: LocalFunction, environment: ExecutionEnvironment): void {
    if (!environment.alive) {
      this.#all.delete(environment);
      return;
    }
    const idle = this.#idle.get(local.name);
    if (idle === undefined) this.#idle.set(local.name, [environment]);
    else idle.push(environment);
  }
}
