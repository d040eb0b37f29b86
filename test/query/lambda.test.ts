import { handle } from 'hono/aws-lambda';
import { expect, it } from 'vitest';
import { memoryApp } from './setup.ts';
import { shop } from './shop.ts';

// As functions/query.ts does.
// eslint-disable-next-line @typescript-eslint/no-deprecated
const handler = handle(memoryApp(shop));
type Given = Parameters<typeof handler>;
const userArn = 'arn:aws:sts::123456789012:assumed-role/ops/ann';

/** A request as API Gateway hands it over. */
function event(method: string, path: string, body?: object): Given[0] {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'api.example', 'content-type': 'application/json' },
    requestContext: {
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      authorizer: { iam: { userArn } },
      domainName: 'api.example',
      stage: '$default',
    },
    ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)).toString('base64') }),
    isBase64Encoded: body !== undefined,
  } as unknown as Given[0];
}

it('takes bodies and whoever signed them from Lambda’s events', async () => {
  const ask = async (...request: Parameters<typeof event>) => {
    const { statusCode, body } = await handler(event(...request), {} as Given[1]);
    return { statusCode, body: JSON.parse(body) as unknown };
  };

  const made = await ask('POST', '/silences', { matchers: ['page=ä'], for: '1h', comment: 'moving' });

  expect(made).toMatchObject({
    statusCode: 201,
    body: { author: userArn, matchers: [{ label: 'page', value: 'ä' }] },
  });
  expect(await ask('DELETE', '/silences/silence-1')).toMatchObject({
    statusCode: 200,
    body: { state: 'expired', author: userArn },
  });
});
