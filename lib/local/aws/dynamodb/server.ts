import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunningServer } from '../http.ts';
import { readBody, serve } from '../http.ts';
import type { DynamoDbApi } from './api.ts';
import { createDynamoDbApi } from './api.ts';
import type { ApiErrorBody } from './errors.ts';
import { ApiError, serializationError } from './errors.ts';
import type { StreamDefaults } from './stream-registry.ts';

/** DynamoDB Streams keeps records for 24 hours. */
const RETENTION_MS = 24 * 3_600_000;
const MAX_LOG_BYTES = 512 * 1_048_576;
/** AWS deletes expired items within a few days; nobody waits so long for a test. */
const EXPIRE_EVERY_MS = 1_000;

/** Options of {@link startDynamoDb}. */
export interface DynamoDbOptions extends Partial<StreamDefaults> {
  /** How often expired items are looked for, ms; 1,000 unless given. */
  readonly expireEveryMs?: number;
}

/** Starts the embedded DynamoDB, which serves DynamoDB Streams at the same endpoint. */
export async function startDynamoDb(options: DynamoDbOptions = {}): Promise<RunningServer> {
  const { shardCount = 1, shardLifeMs = Infinity, expireEveryMs = EXPIRE_EVERY_MS } = options;
  const limits = options.limits ?? { retentionMs: RETENTION_MS, maxBytes: MAX_LOG_BYTES };
  const api = createDynamoDbApi({ shardCount, shardLifeMs, limits });
  let sweeping = Promise.resolve();
  const sweeps = setInterval(() => {
    sweeping = sweeping.then(() => api.expireItems());
  }, expireEveryMs);
  const front = await serve((request, response) => {
    void answer(api, request, response);
  });
  return {
    endpoint: front.endpoint,
    stop: async () => {
      await front.stop();
      clearInterval(sweeps);
      await sweeping;
      await api.close();
    },
  };
}

async function answer(api: DynamoDbApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body: Buffer;
  try {
    body = await readBody(request);
  } catch {
    response.destroy();
    return;
  }
  try {
    const target = request.headers['x-amz-target'];
    send(response, 200, await api.handle(String(target ?? ''), parse(body)));
  } catch (error) {
    if (error instanceof ApiError) send(response, 400, JSON.stringify(error.body));
    else send(response, 500, JSON.stringify(internalError(error)));
  }
}

function parse(body: Buffer): object {
  let input: unknown;
  try {
    input = JSON.parse(body.toString());
  } catch (cause) {
    throw serializationError(`The body is not JSON: ${(cause as Error).message}`);
  }
  if (typeof input !== 'object' || input === null) throw serializationError('The body is not a JSON object');
  return input;
}

function internalError(error: unknown): ApiErrorBody {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message };
}

function send(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(json),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(json);
}
