/**
 * The context object of an invocation, without the ways to answer.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 * @param {import('../protocol.ts').ThreadInvocation} invocation
 */
export function invocationContext({ requestId, arn, deadlineMs, traceId }) {
  process.env._X_AMZN_TRACE_ID = traceId;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: arn,
    awsRequestId: requestId,
    xRayTraceId: traceId,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}
