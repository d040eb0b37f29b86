import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { startEventSourceMapping } from '../../esm/index.ts';
import { startEmbeddedAws, type EmbeddedAws } from '../aws/embedded.ts';
import type { Faults } from '../dashboard/protocol.ts';
import { showSoon } from '../failure-queue.ts';
import type { StartMapping } from '../running-mappings.ts';
import type { RunningStack } from '../stack-runner.ts';
import { Chance } from './chance.ts';
import type { FaultPlan } from './fault-plan.ts';
import { Invocations } from './invocations.ts';
import { reshard } from './reshard.ts';
import { throttleAws, type ThrottledAws } from './throttled-aws.ts';

// Lambda's pauses suit failures that are rare and last; here most are neither, and somebody waits.
const BACKOFF = { initialMs: 100, maximumMs: 2_000 };
const LATEST_DUPLICATE_MS = 5_000;

/**
 * Lets things go wrong in a stack, as a plan says: calls are refused, invocations killed and repeated, shards split and merged. The
 * seed decides what; as much at once is not in the same order each time, two runs of one seed are alike and not the same.
 *
 * @example
 * const chaos = new Chaos(parseFaultPlan('crash=0.05'), 42);
 * const stack = await chaos.begin(await runStack({ ...options, ...chaos.hooks }));
 * await chaos.calm(); // all that is under way has ended, and nothing goes wrong any more
 */
export class Chaos {
  readonly seed: number;
  readonly #plan: FaultPlan;
  readonly #chance: Chance;
  readonly #invocations: Invocations;
  #throttled: ThrottledAws | undefined;
  #stack: RunningStack | undefined;
  #resharding: NodeJS.Timeout | undefined;
  #reshards = 0;

  constructor(plan: FaultPlan, seed: number) {
    this.seed = seed;
    this.#plan = plan;
    this.#chance = new Chance(seed);
    const faults = {
      killed: plan.crash,
      duplicated: plan.duplicate,
      latestDuplicateMs: LATEST_DUPLICATE_MS,
    };
    this.#invocations = new Invocations(
      this.#chance,
      faults,
      (requestId) => this.#stack?.kill(requestId) ?? Promise.resolve(false),
    );
    this.#invocations.isCalm = true;
  }

  /** What `runStack` is to be given. Nothing goes wrong until {@link begin}. */
  get hooks(): { readonly startAws: () => Promise<EmbeddedAws>; readonly startMapping: StartMapping } {
    return {
      startAws: async () => {
        this.#throttled = await throttleAws(await startEmbeddedAws(), this.#chance);
        return this.#throttled.aws;
      },
      startMapping: (name, declared) =>
        startEventSourceMapping({
          ...declared,
          backoff: BACKOFF,
          invoke: (event, info) =>
            this.#invocations.invoke(
              name,
              (requestId) => declared.invoke(event, { ...info, requestId }),
              info.requestId,
              info.signal,
            ),
        }),
    };
  }

  /** The client for who puts events: its calls are refused like those of functions. */
  get producer(): KinesisClient | undefined {
    return this.#throttled?.aws.clients.kinesis;
  }

  /** Lets things go wrong from now on. @returns the stack for who looks on: its own calls are not refused */
  async begin(stack: RunningStack): Promise<RunningStack> {
    const clients = this.#throttled?.calm ?? stack.aws.clients;
    this.#stack = { ...stack, aws: { ...stack.aws, clients } };
    // What a redrive held that died comes back while somebody waits.
    await showSoon(clients.sqs, stack.ref('FailureQueue'));
    this.resume();
    return this.#stack;
  }

  resume(): void {
    const { throttle, reshardMs } = this.#plan;
    this.#invocations.isCalm = false;
    this.#throttled?.setRate(throttle);
    if (reshardMs === undefined) return;
    this.#resharding ??= setInterval(() => {
      void this.#reshard();
    }, reshardMs);
  }

  /** Lets nothing go wrong any more, and waits for all that is still to be invoked again. */
  async calm(): Promise<void> {
    this.#invocations.isCalm = true;
    this.#throttled?.setRate(0);
    clearInterval(this.#resharding);
    this.#resharding = undefined;
    await this.#invocations.settled();
  }

  state(): Faults {
    return {
      wanted: this.#plan.text,
      throttled: this.#throttled?.refused() ?? 0,
      crashed: this.#invocations.killed,
      duplicated: this.#invocations.duplicated,
      reshards: this.#reshards,
    };
  }

  async #reshard(): Promise<void> {
    if (this.#stack === undefined) return;
    const streams = [...this.#stack.stack.resources.values()].filter(
      ({ type }) => type === 'AWS::Kinesis::Stream',
    );
    const { ref } = this.#chance.pick('which stream', streams);
    // A stream that is just being changed is left as it is.
    await reshard(this.#stack.aws.clients.kinesis, ref, this.#chance).then(
      () => this.#reshards++,
      () => undefined,
    );
  }
}
