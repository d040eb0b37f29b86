import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refusal, type Answer, type Call } from './call.ts';
import { CloudFormation } from './cloudformation.ts';
import { Buckets } from './s3.ts';
import { xml } from './xml.ts';

/** A running stub of the AWS services that a deployment calls, with a record of what was asked of it. */
export interface AwsStub {
  /** For AWS_ENDPOINT_URL. An address and not a name, so that the SDK puts the bucket into the path. */
  readonly url: string;
  readonly calls: readonly Call[];
  /** Calls that the stub refused, with the reason. */
  readonly refused: readonly string[];
  readonly buckets: Buckets;
  readonly cloudFormation: CloudFormation;
  close(): Promise<void>;
}

/** Starts the stub on a free port. */
export async function startAwsStub(): Promise<AwsStub> {
  const buckets = new Buckets();
  const cloudFormation = new CloudFormation(buckets);
  const calls: Call[] = [];
  const refused: string[] = [];
  const answer = (call: Call): Answer => {
    if (call.service === 's3') return buckets.answer(call);
    if (call.service === 'cloudformation') return cloudFormation.answer(call);
    if (call.service === 'sts') return callerIdentity();
    if (call.service === 'ecr')
      throw new Refusal(400, 'RepositoryNotFoundException', 'there is no repository');
    return functionOf(cloudFormation, call);
  };
  const server = createServer((request, response) => {
    void respond(request, response);
  });
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await readCall(request);
    calls.push(call);
    let answered: Answer;
    try {
      answered = answer(call);
    } catch (error) {
      refused.push(`${call.service} ${call.operation}: ${String(error)}`);
      answered = refuse(call, error);
    }
    response
      .writeHead(answered.status, { 'content-type': 'text/xml', ...answered.headers })
      .end(answered.body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    refused,
    buckets,
    cloudFormation,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const url = new URL(request.url ?? '/', 'http://stub');
  const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const { headers } = request;
  const target = String(headers['x-amz-target'] ?? '');
  if (target.startsWith('AmazonEC2ContainerRegistry')) {
    return { service: 'ecr', operation: target.split('.')[1] ?? '', parameters: {}, path: [], headers, body };
  }
  if (url.pathname === '/') {
    const parameters = Object.fromEntries(new URLSearchParams(body.toString()));
    const service = parameters.Version === '2011-06-15' ? 'sts' : 'cloudformation';
    return { service, operation: parameters.Action ?? '', parameters, path: [], headers, body };
  }
  const parameters = Object.fromEntries(url.searchParams);
  if (path[0] === '2015-03-31')
    return { service: 'lambda', operation: 'GetFunction', parameters, path, headers, body };
  const operation = s3Operation(
    request.method ?? '',
    path.slice(1).join('/') !== '',
    url.searchParams,
    headers,
  );
  return { service: 's3', operation, parameters, path: path.filter((part) => part !== ''), headers, body };
}

function s3Operation(
  method: string,
  ofObject: boolean,
  query: URLSearchParams,
  headers: IncomingMessage['headers'],
): string {
  if (method === 'PUT' && headers['content-encoding']?.includes('aws-chunked')) return 'PutObject in chunks';
  if (method === 'GET' && query.has('list-type')) return 'ListObjectsV2';
  if (method === 'GET' && query.has('versions')) return 'ListObjectVersions';
  if (method === 'POST' && query.has('delete')) return 'DeleteObjects';
  if (method === 'HEAD') return ofObject ? 'HeadObject' : 'HeadBucket';
  return method === 'PUT' && ofObject ? 'PutObject' : `${method} ${query.toString()}`;
}

function callerIdentity(): Answer {
  const identity = { Arn: 'arn:aws:iam::000000000000:user/weir', UserId: 'weir', Account: '000000000000' };
  return { status: 200, body: xml('GetCallerIdentityResponse', { GetCallerIdentityResult: identity }) };
}

/** A function is there once its stack is, and as old. */
function functionOf({ stacks }: CloudFormation, { path }: Call): Answer {
  const name = path[2] ?? '';
  const stack = [...stacks.values()].find(({ template }) =>
    Object.values(template.Resources).some((resource) => resource.Properties?.FunctionName === name),
  );
  if (stack === undefined)
    throw new Refusal(404, 'ResourceNotFoundException', `there is no function ${name}`);
  const Configuration = { FunctionName: name, LastModified: stack.updated.toISOString() };
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Configuration }),
  };
}

function refuse(call: Call, error: unknown): Answer {
  const { status, code, message } =
    error instanceof Refusal ? error : { status: 500, code: 'InternalError', message: String(error) };
  if (call.service === 'lambda' || call.service === 'ecr') {
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': code };
    return { status, headers, body: JSON.stringify({ Type: 'User', Message: message }) };
  }
  const fault = { Code: code, Message: message };
  if (call.service === 's3') return { status, body: xml('Error', fault) };
  return { status, body: xml('ErrorResponse', { Error: { Type: 'Sender', ...fault } }) };
}
