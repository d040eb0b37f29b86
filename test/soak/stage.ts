import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import type { EventSourceMappingOptions } from '../../lib/esm/index.ts';
import type { AwsClients } from '../../lib/local/aws/clients.ts';
import { LOCAL_ACCESS_KEY_ID, LOCAL_REGION, LOCAL_SECRET_ACCESS_KEY } from '../../lib/local/aws/constants.ts';
import { runStack, type RunningStack } from '../../lib/local/stack-runner.ts';
import type { Chance } from '../simulation/chance.ts';
import { showSoon } from '../../lib/local/failure-queue.ts';
import { Invocations } from '../../lib/local/faults/invocations.ts';
import { Mapping } from './mapping.ts';
import { startServers, type Servers } from './servers.ts';
import type { Tally } from './tally.ts';

/** The packaged service at work, where each part can be killed. */
export interface Stage {
  readonly stack: RunningStack;
  readonly servers: Servers;
  readonly invocations: Invocations;
  /** By function. */
  readonly mappings: ReadonlyMap<string, Mapping>;
  /** URL of a queue that receives what is published to the alerts topic. */
  readonly operatorUrl: string;
  /** Repairs what was given up, as it does by the clock; rejects if it dies. */
  redrive(): Promise<void>;
  stop(): Promise<void>;
}

const PARAMS = { shards: '2' };
const FAULTS = { killed: 0.15, duplicated: 0.08, latestDuplicateMs: 20_000 };
const BACKOFF = { initialMs: 200, maximumMs: 2_000 };
// Lambda sends on-failure messages from queues of its own, and does not drop them because SQS is away for a moment.
const DESTINATION_ATTEMPTS = 50;

/**
 * Packages and starts the service behind servers and mappings that can die.
 *
 * @param root the project's directory
 * @throws {PackageError} @throws {TemplateError} @throws {EmbeddedAwsError} if a part does not come up
 */
export async function startStage(root: string, chance: Chance, tally: Tally): Promise<Stage> {
  const servers = await startServers();
  const { clients, endpoints } = servers.aws;
  const failing = new SQSClient({
    endpoint: endpoints.sqs,
    region: LOCAL_REGION,
    credentials: { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: LOCAL_SECRET_ACCESS_KEY },
    maxAttempts: DESTINATION_ATTEMPTS,
  });
  const mappings = new Map<string, Mapping>();
  const invocations = new Invocations(chance, FAULTS, async (requestId) => (await running).kill(requestId));
  const running = runStack({
    root,
    params: PARAMS,
    startAws: () => Promise.resolve(servers.aws),
    onOutput: (name, text) => {
      tally.output(name, text);
    },
    onEvent: (name, event) => {
      tally.event(name, event);
    },
    startMapping: (name, declared) => {
      const mapping = new Mapping(() => ({
        ...declared,
        mapping: harsher(declared.mapping, chance, name),
        destinations: { sqs: failing },
        backoff: BACKOFF,
        invoke: (event, info) => {
          const invoke = (requestId: string): Promise<unknown> =>
            declared.invoke(event, { ...info, requestId });
          return invocations.invoke(name, invoke, info.requestId, info.signal);
        },
      }));
      mappings.set(name, mapping);
      return mapping;
    },
  });
  try {
    const stack = await running;
    await showSoon(clients.sqs, stack.ref('FailureQueue'));
    return {
      stack,
      servers,
      invocations,
      mappings,
      operatorUrl: await subscribeQueue(clients, stack.ref('AlertsTopic')),
      redrive: async () => {
        const invoke = (requestId: string): Promise<unknown> => stack.invoke('redrive', {}, requestId);
        await invocations.invoke('redrive', invoke, randomUUID());
      },
      stop: async () => {
        await stack.stop();
        failing.destroy();
      },
    };
  } catch (error) {
    await servers.aws.stop();
    throw error;
  }
}

/** A mapping that gives up soon, with other batches for each engine. */
function harsher(
  declared: EventSourceMappingOptions['mapping'],
  chance: Chance,
  name: string,
): EventSourceMappingOptions['mapping'] {
  return {
    ...declared,
    BatchSize: chance.pick(`batch size ${name}`, [20, 100, 500]),
    MaximumBatchingWindowInSeconds: chance.pick(`window ${name}`, [0, 1]),
    MaximumRetryAttempts: 2,
    MaximumRecordAgeInSeconds: 60,
    // Halved batches are given up one record at a time, whole ones together.
    BisectBatchOnFunctionError: chance.next(`bisect ${name}`) < 0.5,
  };
}

async function subscribeQueue({ sqs, sns }: AwsClients, topic: string): Promise<string> {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'operator' }));
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: attributes?.QueueArn }));
  return url;
}
