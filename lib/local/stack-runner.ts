import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import {
  startEventSourceMapping,
  type EngineEvent,
  type EventSourceMappingHandle,
  type EventSourceMappingOptions,
} from '../esm/index.ts';
import { startEmbeddedAws, type EmbeddedAws } from './aws/embedded.ts';
import { LambdaRuntime, type LocalFunction } from '../lambda/runtime.ts';
import type { OnOutput } from '../lambda/environment.ts';
import { packageService } from './package.ts';
import type { StackEventSourceMapping } from './stack/event-source-mappings.ts';
import { createStack, type Stack } from './stack/stack.ts';
import type { StackFunction } from './stack/functions.ts';
import { loadTemplate } from './stack/template.ts';

/** How to run the stack. */
export interface RunnerOptions {
  /** The project's directory. */
  readonly root: string;
  /** Parameters of serverless.yml. */
  readonly params: Readonly<Record<string, string>>;
  readonly onOutput: OnOutput;
  /** What the event source mapping of a function tells. */
  readonly onEvent: (functionKey: string, event: EngineEvent) => void;
  /** What the service runs on; the embedded AWS as it is, unless given. The stack stops it. */
  readonly startAws?: () => Promise<EmbeddedAws>;
  /** Starts the mapping of a function; as it is declared, unless given. */
  readonly startMapping?: (
    functionKey: string,
    options: EventSourceMappingOptions,
  ) => EventSourceMappingHandle;
}

/** An event source mapping at work. */
export interface RunningMapping {
  readonly declared: StackEventSourceMapping;
  readonly handle: EventSourceMappingHandle;
}

/** The service at work on this machine: embedded AWS, the functions as they would be deployed, and their mappings. */
export interface RunningStack {
  readonly aws: EmbeddedAws;
  readonly stack: Stack;
  readonly mappings: readonly RunningMapping[];
  /** Physical name, ARN or URL of a resource, as `Ref` gives it. */
  ref(logicalId: string): string;
  invoke(functionKey: string, event: unknown, requestId?: string): Promise<unknown>;
  /** Ends the process in which an invocation runs. @returns whether there was one */
  kill(requestId: string): Promise<boolean>;
  /** Waits until nothing moves any more: all streams are read to their tips, and what they caused is done too. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

/** A resource that serverless.yml no longer declares. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

/**
 * Starts the whole service from what `serverless package` makes of it.
 *
 * @throws {PackageError} @throws {TemplateError} @throws {EmbeddedAwsError} if a part does not come up; what was started
 * is stopped again
 */
export async function runStack(options: RunnerOptions): Promise<RunningStack> {
  const packaged = await packageService(options.root, options.params);
  const template = await loadTemplate(packaged.template);
  const { startAws = startEmbeddedAws, startMapping = asDeclared } = options;
  const aws = await startAws();
  try {
    const stack = await createStack(template, aws, { stackName: 'weir-local' });
    const functions = stack.functions.map((declared) => toLocal(declared, packaged.bundles, aws));
    const runtime = new LambdaRuntime(functions, options.onOutput);
    const mappings = stack.eventSourceMappings.map((declared) => {
      const { key } = declared.function;
      const handle = startMapping(key, {
        mapping: declared.properties,
        invoke: (event, { requestId }) => runtime.invoke(key, event, requestId),
        kinesis: aws.clients.kinesis,
        dynamodbStreams: aws.clients.dynamodbStreams,
        destinations: { sqs: aws.clients.sqs, sns: aws.clients.sns },
        onEvent: (event) => {
          options.onEvent(key, event);
        },
      });
      return { declared, handle };
    });
    return {
      aws,
      stack,
      mappings,
      ref: (logicalId) => refOf(stack, logicalId),
      invoke: (key, event, requestId) => runtime.invoke(key, event, requestId),
      kill: (requestId) => runtime.kill(requestId),
      quiet: () => untilQuiet(mappings.map(({ handle }) => handle)),
      stop: async () => {
        await Promise.all(mappings.map(({ handle }) => handle.stop()));
        await runtime.close();
        await aws.stop();
      },
    };
  } catch (error) {
    await aws.stop();
    throw error;
  }
}

function asDeclared(_: string, options: EventSourceMappingOptions): EventSourceMappingHandle {
  return startEventSourceMapping(options);
}

function toLocal(declared: StackFunction, bundles: string, aws: EmbeddedAws): LocalFunction {
  const dot = declared.handler.lastIndexOf('.');
  const bundle = join(
    bundles,
    (declared.artifact ?? `${declared.key}.zip`).slice(0, -'.zip'.length),
    `${declared.handler.slice(0, dot)}.mjs`,
  );
  return {
    name: declared.key,
    arn: declared.arn,
    module: pathToFileURL(bundle).href,
    handlerName: declared.handler.slice(dot + 1),
    timeoutMs: declared.timeoutSeconds * 1000,
    memoryMb: declared.memoryMegabytes,
    environment: {
      ...aws.env,
      AWS_LAMBDA_FUNCTION_NAME: declared.functionName,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(declared.memoryMegabytes),
      ...declared.environment,
    },
  };
}

function refOf(stack: Stack, logicalId: string): string {
  const resource = stack.resources.get(logicalId);
  if (resource === undefined)
    throw new StackError(`serverless.yml declares no resource '${logicalId}' any more`);
  return resource.ref;
}

/**
 * One stage's writes are the next stage's stream: the mappings are drained one after another, from the source down, until
 * a whole round had nothing to do.
 */
async function untilQuiet(mappings: readonly EventSourceMappingHandle[]): Promise<void> {
  const done = (): number =>
    mappings.flatMap((mapping) => mapping.stats()).reduce((sum, shard) => sum + shard.recordsRead, 0);
  for (let before = -1; before !== done();) {
    before = done();
    for (const mapping of mappings) await mapping.drained();
  }
}
