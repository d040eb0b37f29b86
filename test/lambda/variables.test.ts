import { expect, test } from 'vitest';
import { environmentVariables } from '../../lib/lambda/variables.ts';
import { probeOf } from './probe.ts';

const MODULE = 'file:///code/functions/probe.mjs';

test('an environment has the function’s variables and Lambda’s', () => {
  const local = probeOf(MODULE, {
    environment: { COLOUR: 'blue', TZ: 'Europe/Berlin', AWS_LAMBDA_FUNCTION_NAME: 'another' },
    runtime: 'nodejs22.x',
  });
  expect(environmentVariables(local, 'stream')).toEqual({
    _HANDLER: 'probe.handler',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_FUNCTION_NAME: 'weir-dev-probe',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/weir-dev-probe',
    AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
    AWS_REGION: 'us-east-1',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    COLOUR: 'blue',
    LAMBDA_TASK_ROOT: '/code/functions',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
    TZ: 'Europe/Berlin',
  });
});

test('handler and task root are those of the function if it has them', () => {
  const local = probeOf(MODULE, { handler: 'functions/probe.handler', taskRoot: '/code' });
  expect(environmentVariables(local, 'stream')).toMatchObject({
    _HANDLER: 'functions/probe.handler',
    LAMBDA_TASK_ROOT: '/code',
  });
});
