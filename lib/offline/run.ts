import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { LocalFunction } from '../lambda/function.ts';
import { LambdaRuntime } from '../lambda/runtime.ts';
import { startEmbeddedAws, type EmbeddedAws } from '../local/aws/embedded.ts';
import { toLocalFunction } from '../local/local-function.ts';
import { MetricsTally } from '../local/metrics-tally.ts';
import { startMappings } from '../local/running-mappings.ts';
import type { StackFunction } from '../local/stack/functions.ts';
import { startTopicFunctions } from '../local/topic-functions.ts';
import { buildInTurn } from './build-in-turn.ts';
import { openCode, type Code } from './code.ts';
import { compileTemplate } from './compile-template.ts';
import { describeEvent } from './describe-event.ts';
import { describeStack } from './describe-stack.ts';
import type { Framework } from './framework.ts';
import { needFreePort } from './free-port.ts';
import { findHandler } from './handler-module.ts';
import { withoutIam } from './local-events.ts';
import { readSettings } from './settings.ts';
import { createOfflineStack, type OfflineStack } from './stack.ts';
import { standIn, type ImportModule } from './stand-in.ts';
import { makeWorkDirectory } from './work-directory.ts';

/** Where a run tells what goes on: the framework's log. */
export interface Log {
  notice(text: string): void;
  error(text: string): void;
}

/** How long invocations under way may take to end when the run does, ms. */
const LAST_INVOCATIONS_MS = 2_000;

/**
 * A service at work behind serverless-offline: embedded AWS, functions in Lambda's runtime, and their event source mappings.
 * It begins to start when it is made, and what it has needs nothing but {@link stop} to be gone.
 */
export class OfflineRun {
  readonly #framework: Framework;
  readonly #cliOptions: Readonly<Record<string, unknown>>;
  readonly #importModule: ImportModule;
  readonly #log: Log;
  readonly #aws: Promise<EmbeddedAws>;
  readonly #metrics = new MetricsTally();
  /** What stops what has been started, the last first. */
  readonly #stops: (() => unknown)[] = [];
  #stopped: Promise<void> | undefined;
  #reloaded: Promise<void> = Promise.resolve();
  #load: (() => Promise<void>) | undefined;
  #isBuiltInTurn = false;

  /**
   * @param cliOptions as the framework gives them to plugins
   * @param importModule by the loader of the framework's plugins
   */
  constructor(
    framework: Framework,
    cliOptions: Readonly<Record<string, unknown>>,
    importModule: ImportModule,
    log: Log,
  ) {
    this.#framework = framework;
    this.#cliOptions = cliOptions;
    this.#importModule = importModule;
    this.#log = log;
    this.#aws = startEmbeddedAws();
    // Thrown by start().
    this.#aws.catch(() => undefined);
    this.#stops.push(async () => {
      const [started] = await Promise.allSettled([this.#aws]);
      if (started.status === 'fulfilled') await started.value.stop();
    });
  }

  /**
   * Starts all but what serverless-offline serves, which then gets its functions from here. To be called once plugins that
   * bundle have done so.
   *
   * @throws {OfflineError} @throws {TemplateError} @throws {EmbeddedAwsError} if it cannot be run; the message says why
   */
  async start(): Promise<void> {
    const { serviceDir, service } = this.#framework;
    const { host, httpPort, lambdaPort, location } = readSettings(this.#framework, this.#cliOptions);
    await needFreePort(host, httpPort, '--httpPort');
    await needFreePort(host, lambdaPort, '--lambdaPort');
    const directory = await makeWorkDirectory(serviceDir);
    this.#stops.push(() => rm(directory, { recursive: true, force: true }));
    const template = await compileTemplate(this.#framework, join(directory, 'archive.zip'));
    const aws = await this.#aws;
    const stackName = this.#framework.getProvider('aws').naming.getStackName();
    const stack = await createOfflineStack(template, aws, stackName, `http://${host}:${httpPort}`);
    service.functions = withoutIam(service.functions ?? {});
    const code = await openCode({
      serviceDir,
      location,
      copies: directory,
      onChange: () => void this.reload(),
    });
    this.#stops.push(() => {
      code.close();
    });
    const runtime = await this.#runFunctions(stack, code, aws);
    this.#isBuiltInTurn = buildInTurn(this.#framework.pluginManager.plugins, () => this.reload());
    await standIn(serviceDir, this.#importModule, {
      has: (key) => stack.functions.some((declared) => declared.key === key && isNode(declared)),
      invoke: (key, event) => runtime.invoke(key, event),
      stop: () => this.stop(),
    });
    this.#log.notice(`${describeStack(stack, aws)}\n`);
  }

  /** What plugins that bundle tell, once they have built the functions anew. */
  async functionsUpdated(): Promise<void> {
    if (!this.#isBuiltInTurn) await this.reload();
  }

  /**
   * Has invocations that begin from now on run the code as it is now. If it cannot be found, the old code goes on.
   */
  reload(): Promise<void> {
    this.#reloaded = this.#reloaded
      .then(async () => {
        if (this.#stopped !== undefined || this.#load === undefined) return;
        await this.#load();
        this.#log.notice('Functions reloaded');
      })
      .catch((error: unknown) => {
        this.#log.error(`The functions were not reloaded, and the old code goes on: ${String(error)}`);
      });
    return this.#reloaded;
  }

  /** Stops all that was started; may be called again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    await this.#reloaded;
    for (const stop of this.#stops.toReversed()) await stop();
  }

  async #runFunctions(stack: OfflineStack, code: Code, aws: EmbeddedAws): Promise<LambdaRuntime> {
    const read = async (): Promise<LocalFunction[]> => {
      const directory = await code.current();
      return stack.functions
        .filter(isNode)
        .map((declared) => offline(toLocalFunction(declared, findHandler(directory, declared.handler), aws)));
    };
    const runtime = new LambdaRuntime(await read(), (name, text) => {
      for (const line of this.#metrics.take(name, text)) this.#log.notice(`${name}: ${line}`);
    });
    this.#load = async () => {
      await runtime.replace(await read());
    };
    const mappings = startMappings({
      mappings: stack.eventSourceMappings.filter((mapping) => isNode(mapping.function)),
      aws,
      invoke: (key, event, requestId) => runtime.invoke(key, event, requestId),
      onEvent: (key, event) => {
        const text = this.#stopped === undefined ? describeEvent(event) : undefined;
        if (text !== undefined) this.#log.error(`${key}: ${text}`);
      },
    });
    const topics = await startTopicFunctions({
      subscriptions: stack.topicSubscriptions.filter((subscription) => isNode(subscription.function)),
      clients: aws.clients,
      invoke: (key, event) => runtime.invoke(key, event),
      onFailure: (key, error, againMs) => {
        const then =
          againMs === undefined ? 'and is given up' : `and is invoked again in ${againMs / 1000} s`;
        if (this.#stopped === undefined) this.#log.error(`${key} failed, ${then}: ${String(error)}`);
      },
    });
    this.#stops.push(
      () => runtime.close(),
      () => topics.stop(),
      () => Promise.race([mappings.stop(), setTimeout(LAST_INVOCATIONS_MS, undefined, { ref: false })]),
    );
    return runtime;
  }
}

/** serverless-offline runs functions of other runtimes itself. */
function isNode({ runtime }: StackFunction): boolean {
  return runtime === undefined || runtime.startsWith('nodejs');
}

/** Functions tell by this variable of serverless-offline's that they do not run in the cloud. */
function offline(local: LocalFunction): LocalFunction {
  return { ...local, environment: { ...local.environment, IS_OFFLINE: 'true' } };
}
