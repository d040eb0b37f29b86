import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packaged } from './service.ts';
import { properties, readTemplate, type Template } from './template.ts';
import { unzip } from './zip.ts';

const run = promisify(execFile);
const functions = ['aggregate', 'evaluate', 'tick', 'notify', 'redrive', 'query'];

let directory: string;
let template: Template;
let scratch: string;
let recorder: Server;
const calls: string[] = [];

beforeAll(async () => {
  directory = await packaged();
  template = await readTemplate(directory);
  // Outside the project, so that a bundle finds no node_modules to lean on.
  scratch = await mkdtemp(join(tmpdir(), 'weir-artifacts-'));
  recorder = createServer((request, response) => {
    calls.push(String(request.headers['x-amz-target']));
    request.resume();
    response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
      .end('{"__type":"AccessDeniedException"}');
  });
  await new Promise<void>((resolve) => recorder.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => recorder.close(resolve));
  await rm(scratch, { recursive: true, force: true });
});

async function archiveOf(name: string): Promise<Map<string, Buffer>> {
  return unzip(await readFile(join(directory, `${name}.zip`)));
}

type Variable =
  | string
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [string, string] }
  | { readonly 'Fn::Join': readonly [string, readonly Variable[]] };

/** The environment that the template gives a function, and nothing that it does not give. */
function environmentOf(name: string, endpoint: string): Record<string, string> {
  const { Variables } = properties(template, `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`)
    .Environment as { Variables: Record<string, Variable> };
  const physical = (value: Variable): string => {
    if (typeof value === 'string') return value;
    if ('Fn::Join' in value) return value['Fn::Join'][1].map(physical).join(value['Fn::Join'][0]);
    if ('Fn::GetAtt' in value)
      return `arn:aws:kinesis:us-east-1:000000000000:stream/${value['Fn::GetAtt'][0]}`;
    // The SQS client calls the host of the queue's URL, whatever its endpoint.
    if (value.Ref.endsWith('Queue')) return `${endpoint}/000000000000/${value.Ref}`;
    return value.Ref.endsWith('Topic') ? `arn:aws:sns:us-east-1:000000000000:${value.Ref}` : value.Ref;
  };
  return Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, physical(value)]));
}

/** Invokes a function's archive as Lambda would, in a process of its own. Returns what it printed. */
async function invoke(name: string, event: object): Promise<string> {
  const home = join(scratch, name);
  for (const [file, content] of await archiveOf(name)) {
    await mkdir(dirname(join(home, file)), { recursive: true });
    await writeFile(join(home, file), content);
  }
  const script = `
    const { handler } = await import('./functions/${name}.mjs');
    const context = { functionName: '${name}', awsRequestId: 'r', getRemainingTimeInMillis: () => 30000 };
    await handler(${JSON.stringify(event)}, context).then(
      (answer) => console.log('answered', JSON.stringify(answer)),
      (error) => console.log('threw', String(error)),
    );
    process.exit();`;
  const endpoint = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;
  const env = {
    ...environmentOf(name, endpoint),
    PATH: process.env.PATH,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'weir',
    AWS_SECRET_ACCESS_KEY: 'weir',
    AWS_ENDPOINT_URL: endpoint,
    AWS_LAMBDA_FUNCTION_NAME: name,
  };
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: home,
    env,
  });
  return stdout + stderr;
}

describe('the archives', () => {
  it.each(functions)('carry the bundle of %s with its source map, and nothing else', async (name) => {
    const files = await archiveOf(name);

    expect([...files.keys()].sort()).toEqual([`functions/${name}.mjs`, `functions/${name}.mjs.map`]);
    expect(files.get(`functions/${name}.mjs`)?.toString()).toMatch(/export\s*\{[^}]*\bhandler\b/);
  });

  it.each([
    // A record from nowhere goes to quarantine, which is each poller's shortest way to a call of the SDK.
    ['aggregate', { Records: [{ eventSource: 'aws:nowhere' }] }, 'AmazonSQS.'],
    ['evaluate', { Records: [{ eventSource: 'aws:nowhere' }] }, 'AmazonSQS.'],
    ['notify', { Records: [{ eventSource: 'aws:nowhere' }] }, 'AmazonSQS.'],
    ['tick', { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }, 'DynamoDB_20120810.'],
    ['redrive', { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }, 'AmazonSQS.'],
    ['query', getAlerts(), 'DynamoDB_20120810.'],
  ])('of %s load by themselves and reach AWS through the SDK they carry', async (name, event, target) => {
    calls.length = 0;

    const printed = await invoke(name, event);

    expect(printed).not.toMatch(/Dynamic require|ERR_MODULE_NOT_FOUND|is not defined|SettingError/);
    expect(calls, printed).toContainEqual(expect.stringContaining(target));
  });
});

function getAlerts(): object {
  return {
    version: '2.0',
    routeKey: 'GET /alerts',
    rawPath: '/alerts',
    rawQueryString: '',
    headers: { host: 'api.example' },
    requestContext: {
      http: {
        method: 'GET',
        path: '/alerts',
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'test',
      },
      routeKey: 'GET /alerts',
      stage: '$default',
      domainName: 'api.example',
      requestId: 'r',
    },
    isBase64Encoded: false,
  };
}
