import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EngineEvent } from '../esm/index.ts';
import type { OnOutput } from '../lambda/output.ts';
import { LambdaRuntime } from '../lambda/runtime.ts';
import { startEmbeddedAws, type EmbeddedAws } from './aws/embedded.ts';
import { toLocalFunction, type FunctionCode } from './local-function.ts';
import { packageService, type Packaged } from './package.ts';
import { startMappings, type RunningMapping, type StartMapping } from './running-mappings.ts';
import type { StackFunction } from './stack/functions.ts';
import { createStack, type Stack } from './stack/stack.ts';
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
  readonly startMapping?: StartMapping;
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
  const { packaged, aws } = await packageAndStart(options);
  try {
    const template = await loadTemplate(packaged.template);
    const stack = await createStack(template, aws, { stackName: 'weir-local' });
    const functions = stack.functions.map((declared) =>
      toLocalFunction(declared, bundleOf(declared, packaged.bundles), aws),
    );
    const runtime = new LambdaRuntime(functions, options.onOutput);
    const running = startMappings({
      mappings: stack.eventSourceMappings,
      aws,
      invoke: (key, event, requestId) => runtime.invoke(key, event, requestId),
      onEvent: options.onEvent,
      startMapping: options.startMapping,
    });
    return {
      aws,
      stack,
      mappings: running.mappings,
      ref: (logicalId) => refOf(stack, logicalId),
      invoke: (key, event, requestId) => runtime.invoke(key, event, requestId),
      kill: (requestId) => runtime.kill(requestId),
      quiet: () => running.quiet(),
      stop: async () => {
        await running.stop();
        await runtime.close();
        await aws.stop();
      },
    };
  } catch (error) {
    await aws.stop();
    throw error;
  }
}

/** The servers come up while the framework works: neither needs the other. */
async function packageAndStart({
  root,
  params,
  startAws = startEmbeddedAws,
}: RunnerOptions): Promise<{ readonly packaged: Packaged; readonly aws: EmbeddedAws }> {
  const [packaging, starting] = await Promise.allSettled([packageService(root, params), startAws()]);
  if (starting.status === 'rejected') throw starting.reason;
  const aws = starting.value;
  if (packaging.status === 'fulfilled') return { packaged: packaging.value, aws };
  await aws.stop();
  throw packaging.reason;
}

function bundleOf({ artifact, handler, key }: StackFunction, bundles: string): FunctionCode {
  const dot = handler.lastIndexOf('.');
  const archive = (artifact ?? `${key}.zip`).slice(0, -'.zip'.length);
  const file = join(bundles, archive, `${handler.slice(0, dot)}.mjs`);
  return { module: pathToFileURL(file).href, handlerName: handler.slice(dot + 1) };
}

function refOf(stack: Stack, logicalId: string): string {
  const resource = stack.resources.get(logicalId);
  if (resource === undefined)
    throw new StackError(`serverless.yml declares no resource '${logicalId}' any more`);
  return resource.ref;
}
