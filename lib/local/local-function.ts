import { fileURLToPath } from 'node:url';
import type { LocalFunction } from '../lambda/runtime.ts';
import type { EmbeddedAws } from './aws/embedded.ts';
import type { StackFunction } from './stack/functions.ts';

/** Where the code of a function is. */
export interface FunctionCode {
  /** URL of the module that exports the handler. */
  readonly module: string;
  /** The name under which it does. */
  readonly handlerName: string;
}

/** A function of the stack as the runtime runs it: its AWS clients reach the embedded servers. */
export function toLocalFunction(
  declared: StackFunction,
  { module, handlerName }: FunctionCode,
  aws: Pick<EmbeddedAws, 'env'>,
): LocalFunction {
  return {
    name: declared.key,
    arn: declared.arn,
    module,
    handlerName,
    timeoutMs: declared.timeoutSeconds * 1000,
    memoryMb: declared.memoryMegabytes,
    environment: { ...aws.env, ...declared.environment },
    handler: declared.handler,
    taskRoot: taskRootOf(declared.handler, module),
    reservedConcurrency: declared.reservedConcurrency,
    runtime: declared.runtime,
    tracing: declared.tracing,
  };
}

/** The directory in which the handler's path begins: of functions/a.handler, the one that holds functions. */
function taskRootOf(handler: string, module: string): string {
  const directories = handler.split('/').length - 1;
  return fileURLToPath(new URL(directories === 0 ? '.' : '../'.repeat(directories), module));
}
