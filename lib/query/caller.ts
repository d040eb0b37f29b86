/**
 * The ARN of whoever signed a request, as API Gateway hands it over; `undefined` if nobody did:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @param env what the Lambda adapter gives with a request
 */
export function callerOf(env: unknown): string | undefined {
  let value = env;
  for (const name of ['requestContext', 'authorizer', 'iam', 'userArn']) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === 'string' && value !== '' ? value : undefined;
}
