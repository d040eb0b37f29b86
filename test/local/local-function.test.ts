import { describe, expect, test } from 'vitest';
import { toLocalFunction } from '../../lib/local/local-function.ts';
import type { StackFunction } from '../../lib/local/stack/functions.ts';

const DECLARED: StackFunction = {
  logicalId: 'AggregateLambdaFunction',
  key: 'aggregate',
  functionName: 'weir-dev-aggregate',
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:weir-dev-aggregate',
  handler: 'functions/aggregate.handler',
  timeoutSeconds: 30,
  memoryMegabytes: 512,
  environment: { TABLE: 'aggregates', AWS_ENDPOINT_URL_SNS: 'http://elsewhere' },
  reservedConcurrency: 2,
  runtime: 'nodejs22.x',
  tracing: 'Active',
  artifact: 'aggregate.zip',
};
const CODE = { module: 'file:///bundles/aggregate/functions/aggregate.mjs', handlerName: 'handler' };
const ENV = { AWS_ENDPOINT_URL_SQS: 'http://sqs', AWS_ENDPOINT_URL_SNS: 'http://sns' };

describe('toLocalFunction', () => {
  test('takes over what is declared, with the embedded servers behind it', () => {
    expect(toLocalFunction(DECLARED, CODE, { env: ENV })).toEqual({
      name: 'aggregate',
      arn: DECLARED.arn,
      ...CODE,
      timeoutMs: 30_000,
      memoryMb: 512,
      environment: {
        AWS_ENDPOINT_URL_SQS: 'http://sqs',
        AWS_ENDPOINT_URL_SNS: 'http://elsewhere',
        TABLE: 'aggregates',
      },
      handler: 'functions/aggregate.handler',
      taskRoot: '/bundles/aggregate/',
      reservedConcurrency: 2,
      runtime: 'nodejs22.x',
      tracing: 'Active',
    });
  });

  test('has the task begin where the handler’s path does', () => {
    const flat = { ...DECLARED, handler: 'index.handler' };
    const { taskRoot } = toLocalFunction(flat, { ...CODE, module: 'file:///code/index.mjs' }, { env: {} });
    expect(taskRoot).toBe('/code/');
  });
});
