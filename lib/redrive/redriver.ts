import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createInterpreter } from '../fold/interpret.ts';
import { evaluateContext } from '../handle/evaluate-context.ts';
import { notifyContext } from '../handle/notify-context.ts';
import type { Topics } from '../notify/topics.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { readQuarantineMessage } from '../quarantine/read-message.ts';
import { sendToQuarantine } from '../quarantine/sqs-sink.ts';
import type { RollupContext } from '../rollup/port.ts';
import { DynamoPaneStore } from '../store/dynamo-pane-store.ts';
import { Retry } from '../store/retry.ts';
import { fetchObject } from './fetch-object.ts';
import { openShard, type StreamClients } from './open-shard.ts';
import type { Outcome } from './outcome.ts';
import { redriveFailure, type FailureContext } from './redrive-failure.ts';
import { redriveQuarantined } from './redrive-quarantined.ts';
import type { Pause } from './shard-range.ts';

/** Clients of all services that a redrive works with. */
export interface RedriveClients extends StreamClients {
  readonly dynamodb: DynamoDBClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly s3: Pick<S3Client, 'send'>;
}

/** Names of what a stage is made of. */
export interface RedriveResources {
  /** The event streams' ARNs, or their names if no more is known. */
  readonly eventStreams: readonly string[];
  readonly aggregatesTable: string;
  readonly alertsTable: string;
  readonly timersTable: string;
  readonly quarantineQueueUrl: string;
  readonly topics: Topics;
  /** The HTTP API's, for links to it in messages; none without. */
  readonly apiUrl?: string;
  /** What tells the stage from others, for commands in messages: `--stage prod`; nothing unless given. */
  readonly stageOptions?: string | undefined;
}

/** How a redriver is made. */
export interface RedriverOptions {
  readonly pipeline: Pipeline;
  readonly clients: RedriveClients;
  readonly resources: RedriveResources;
  /** For calls of the tables. */
  readonly retry: Retry;
  /** For reads of the streams. */
  readonly streamRetry: Retry;
  /** Waits so many ms between reads of a stream, for others to have their turn; nothing does unless given. */
  readonly streamPause?: Pause;
  /** For calls of the queue, the topic and buckets; each is made once, unless given. */
  readonly messageRetry?: Retry;
  /** Told what became of the tiers' panes that are made on the way. */
  readonly onCompacted?: RollupContext['onCompacted'];
  /** Whether there is time for another message of an alert. */
  readonly mayGoOn: () => boolean;
  /** Told of what went wrong and does not keep such a message from going out. */
  readonly onError: (error: unknown) => void;
}

/** Repairs what messages of the two queues tell of. */
export interface Redriver {
  failure(body: string): Promise<Outcome>;
  quarantined(body: string): Promise<Outcome>;
}

/** A redriver of a stage. */
export function createRedriver(options: RedriverOptions): Redriver {
  const context = contextOf(options);
  return {
    failure: (body) => redriveFailure(context, body),
    quarantined: async (body) => redriveQuarantined(context, readQuarantineMessage(body)),
  };
}

function contextOf(options: RedriverOptions): FailureContext {
  const { pipeline, clients, resources, retry, streamRetry, streamPause, mayGoOn } = options;
  const { messageRetry = new Retry({ attempts: 1 }), onCompacted, onError } = options;
  const { dynamodb: client, sqs, sns, s3 } = clients;
  const { aggregatesTable, alertsTable, timersTable, quarantineQueueUrl, topics } = resources;
  const { apiUrl, stageOptions } = resources;
  const tables = { aggregates: aggregatesTable, alerts: alertsTable, timers: timersTable };
  const quarantine: FailureContext['quarantine'] = (messages) =>
    sendToQuarantine(sqs, quarantineQueueUrl, messages, messageRetry);
  return {
    pipeline,
    interpret: createInterpreter(pipeline),
    store: new DynamoPaneStore({ client, table: aggregatesTable, retry, now: Date.now }),
    quarantine,
    now: Date.now,
    eventStreams: resources.eventStreams,
    open: (streamArn, shardId) => openShard(clients, streamRetry, streamArn, shardId, streamPause),
    fetch: (object) => messageRetry.run(() => fetchObject(s3, object)),
    changes: {
      tables,
      evaluate: evaluateContext({
        pipeline,
        client,
        tables,
        retry,
        quarantine,
        ...(onCompacted === undefined ? {} : { onCompacted }),
      }),
      notify: notifyContext({
        pipeline,
        client,
        tables,
        retry,
        sns,
        topics,
        topicRetry: messageRetry,
        apiUrl,
        stageOptions,
        quarantine,
        mayGoOn,
        onError,
      }),
    },
  };
}
