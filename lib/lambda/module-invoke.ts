import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Invoke } from '../esm/shard-context.ts';
import { identityOf } from './identity.ts';
import type { OnOutput, OutputOrigin } from './output.ts';
import { LambdaRuntime } from './runtime.ts';

/** A handler, and what its function is configured with. */
export interface HandlerModule {
  /**
   * File of the module, or its URL: a bundle as it would be deployed, or a `.ts` file, for which tsx has to be installed. Each
   * environment loads it afresh.
   */
  readonly module: string | URL;
  /** `handler` unless given; dots lead into an export. */
  readonly export?: string;
  /** 3,000 unless given, as on AWS. */
  readonly timeoutMs?: number;
  /** 128 unless given, as on AWS. */
  readonly memoryMb?: number;
  /** All of the function's variables: credentials and endpoints too, as nothing of the host's environment comes along. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Unbounded unless given. */
  readonly reservedConcurrency?: number;
  /** `arn:aws:lambda:us-east-1:000000000000:function:handler` unless given. */
  readonly arn?: string;
  /** This process's own stdout and stderr unless given. */
  readonly onOutput?: OnOutput;
}

/** Invokes the handler of a module. */
export interface ModuleInvoke {
  /**
   * The signal ends the environment of the invocation, whatever goes on in it.
   * @throws {FunctionError} if the handler fails @throws {NotInvokedError} if it could not be invoked
   */
  readonly invoke: Invoke;
  /** Ends its environments, and what is under way in them. */
  close(): Promise<void>;
}

/**
 * Makes what an event source mapping invokes of a module, run as Lambda would.
 *
 * @throws {TypeError} if the ARN is no function's
 * @example
 * const { invoke, close } = createModuleInvoke({ module: 'dist/aggregate.mjs', timeoutMs: 60_000 });
 */
export function createModuleInvoke(handler: HandlerModule): ModuleInvoke {
  const {
    module,
    arn = 'arn:aws:lambda:us-east-1:000000000000:function:handler',
    onOutput = passOn,
    timeoutMs = 3_000,
    memoryMb = 128,
    environment = {},
    reservedConcurrency,
  } = handler;
  const { functionName: name } = identityOf(arn);
  const runtime = new LambdaRuntime(
    [
      {
        name,
        arn,
        module: urlOf(module),
        handlerName: handler.export ?? 'handler',
        timeoutMs,
        memoryMb,
        environment,
        reservedConcurrency,
      },
    ],
    onOutput,
  );
  return {
    invoke: async (event, { requestId, signal }) => {
      signal.throwIfAborted();
      const kill = (): void => void runtime.kill(requestId);
      signal.addEventListener('abort', kill);
      try {
        return await runtime.invoke(name, event, requestId);
      } finally {
        signal.removeEventListener('abort', kill);
      }
    },
    close: () => runtime.close(),
  };
}

function urlOf(module: string | URL): string {
  if (module instanceof URL) return module.href;
  return module.startsWith('file:') ? module : pathToFileURL(resolve(module)).href;
}

function passOn(_functionName: string, text: string, { stream }: OutputOrigin): void {
  (stream === 'stderr' ? process.stderr : process.stdout).write(text);
}
