import { randomUUID } from 'node:crypto';
import type { LocalFunction } from './function.ts';
import type { OnOutput } from './output.ts';
import { toPayload } from './payload.ts';
import { FunctionPool, type PoolOptions } from './pool.ts';

export type { LocalFunction } from './function.ts';

/** Options of a {@link LambdaRuntime}. */
export interface RuntimeOptions {
  /** Whether START, END and REPORT lines come with the output; no unless given. */
  readonly platformLines?: boolean;
  /** How long an environment is kept that nobody uses, ms; until the runtime is closed unless given. */
  readonly idleMs?: number;
  /** How long a module may take to load, ms, beside the time-out; 10,000 unless given, as on AWS. */
  readonly initMs?: number;
  /** Numbers from 0 up to 1, for names of log streams and ids of traces. */
  readonly random?: () => number;
}

/**
 * Runs functions as Lambda does: an execution environment per concurrent invocation, frozen and kept for the next, with a
 * time-out that ends it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 * @example
 * const runtime = new LambdaRuntime([aggregate], (name, line) => process.stdout.write(`${name}: ${line}`));
 * await runtime.invoke('aggregate', { Records: [] });
 * await runtime.close();
 */
export class LambdaRuntime {
  readonly #options: PoolOptions;
  #pools: ReadonlyMap<string, FunctionPool>;
  /** Of functions that are no more: invocations may still be under way. */
  readonly #retired: FunctionPool[] = [];

  /** @param onOutput what functions write to stdout and stderr, line by line */
  constructor(functions: readonly LocalFunction[], onOutput: OnOutput, options: RuntimeOptions = {}) {
    const { platformLines = false, idleMs = Infinity, initMs = 10_000, random = Math.random } = options;
    this.#options = { onOutput, platformLines, idleMs, initMs, random };
    this.#pools = new Map(functions.map((local) => [local.name, new FunctionPool(local, this.#options)]));
  }

  /**
   * Invokes a function and waits for its answer.
   *
   * @param event what JSON leaves of it is what the function gets, as an object of its own
   * @param requestId the function's `awsRequestId`
   * @throws {FunctionError} if the function throws, or runs out of time
   * @throws {NotInvokedError} if as many invocations are under way as the function has reserved
   * @throws {RequestTooLargeError} if the event has more than 6 MiB
   * @throws {RangeError} if there is no such function
   */
  async invoke(name: string, event: unknown, requestId: string = randomUUID()): Promise<unknown> {
    const pool = this.#pools.get(name);
    if (pool === undefined) {
      throw new RangeError(`there is no function '${name}'; there are ${[...this.#pools.keys()].join(', ')}`);
    }
    const answer: unknown = JSON.parse(await pool.invoke(toPayload(event), requestId));
    return answer;
  }

  /**
   * Ends the environment in which an invocation runs, as a host does that fails: the invocation fails with a
   * {@link FunctionError}, wherever it was.
   *
   * @returns whether there was such an invocation
   */
  async kill(requestId: string): Promise<boolean> {
    const killed = await Promise.all(this.#everyPool().map((pool) => pool.kill(requestId)));
    return killed.includes(true);
  }

  /**
   * Runs these functions instead, as a deployment does: invocations that begin from now on get the new code and settings,
   * which are read again even if they look the same; those under way end with what they began with.
   */
  async replace(functions: readonly LocalFunction[]): Promise<void> {
    const before = this.#pools;
    const wanted = functions.map((local) => [local, before.get(local.name)] as const);
    this.#pools = new Map(
      wanted.map(([local, pool]) => [local.name, pool ?? new FunctionPool(local, this.#options)]),
    );
    const gone = [...before].filter(([name]) => !this.#pools.has(name)).map(([, pool]) => pool);
    this.#retired.push(...gone);
    await Promise.all([
      ...wanted.map(([local, pool]) => pool?.replace({ ...local })),
      ...gone.map((pool) => pool.retire()),
    ]);
  }

  /** Ends every environment. */
  async close(): Promise<void> {
    await Promise.all(this.#everyPool().map((pool) => pool.close()));
  }

  #everyPool(): FunctionPool[] {
    return [...this.#pools.values(), ...this.#retired];
  }
}
