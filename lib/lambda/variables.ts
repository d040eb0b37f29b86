import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalFunction } from './function.ts';
import { identityOf } from './identity.ts';

/**
 * All variables of an execution environment: the function's own, those that Lambda reserves, and the ones it sets unless
 * the function does. Not set is what would lead nowhere: the runtime's API and directory, X-Ray's daemon.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function environmentVariables(local: LocalFunction, logStream: string): Record<string, string> {
  const { functionName, region } = identityOf(local.arn);
  return {
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
    TZ: ':UTC',
    ...local.environment,
    _HANDLER: handlerOf(local),
    AWS_EXECUTION_ENV: `AWS_Lambda_${local.runtime ?? `nodejs${process.versions.node.split('.', 1).join()}.x`}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(local.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: local.taskRoot ?? dirname(fileURLToPath(local.module)),
  };
}

/** The handler as a function's configuration has it. */
export function handlerOf({ handler, module, handlerName }: LocalFunction): string {
  if (handler !== undefined) return handler;
  const file = new URL(module).pathname.split('/').at(-1) ?? '';
  return `${file.replace(/\.[^.]+$/, '')}.${handlerName}`;
}
