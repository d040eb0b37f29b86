import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunningServer } from '../http.ts';
import { readBody, serve } from '../http.ts';
import { sendError, sendOutput } from './answer.ts';
import type { KinesisApiOptions } from './api.ts';
import { KinesisApi } from './api.ts';
import { CBOR_TYPE, decodeBody, JSON_TYPE } from './body.ts';
import { unknownOperation } from './errors.ts';
import { push } from './push.ts';
import { AWS_SUBSCRIPTION_TIMES } from './subscriptions.ts';

const SERVICE = 'Kinesis_20131202';
/** AWS does not say how often; consumers of AWS's count a subscription as dead after half a minute of silence. */
const HEARTBEAT_MS = 5_000;

/**
 * Starts the embedded Kinesis: kinesalite, with enhanced fan-out and what else it lacks put in front. It reads account
 * and region from AWS_ACCOUNT_ID and AWS_REGION.
 */
export async function startKinesis(options: Partial<KinesisApiOptions> = {}): Promise<RunningServer> {
  const api = new KinesisApi({
    times: AWS_SUBSCRIPTION_TIMES,
    heartbeatMs: HEARTBEAT_MS,
    now: Date.now,
    ...options,
  });
  const front = await serve((request, response) => {
    void answer(api, request, response);
  });
  return {
    endpoint: front.endpoint,
    stop: async () => {
      await front.stop();
      await api.close();
    },
  };
}

async function answer(api: KinesisApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body: Buffer;
  try {
    body = await readBody(request);
  } catch {
    response.destroy();
    return;
  }
  const type = request.headers['content-type']?.startsWith(CBOR_TYPE) ? CBOR_TYPE : JSON_TYPE;
  try {
    const operation = operationOf(String(request.headers['x-amz-target'] ?? ''));
    const input = decodeBody(type, body);
    if (operation === 'SubscribeToShard') await push(await api.subscribe(input), response);
    else sendOutput(response, type, await api.handle(operation, input));
  } catch (error) {
    sendError(response, type, error);
  }
}

function operationOf(target: string): string {
  const [service, operation = ''] = target.split('.');
  if (service === SERVICE) return operation;
  throw unknownOperation(`x-amz-target is ${target || 'missing'}: only Kinesis Data Streams is here`);
}
