import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { publishNotice } from '../notify/publish-notice.ts';
import type { Topics } from '../notify/topics.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Quarantine } from '../quarantine/set-aside.ts';
import { DynamoAlertStore } from '../store/dynamo-alert-store.ts';
import { DynamoHistoryStore } from '../store/dynamo-history-store.ts';
import { DynamoPaneReader } from '../store/dynamo-pane-reader.ts';
import { DynamoTimerStore } from '../store/dynamo-timer-store.ts';
import type { Dynamo } from '../store/dynamo.ts';
import type { Retry } from '../store/retry.ts';
import { dispatchContext } from './dispatch-context.ts';
import type { NotifyContext } from './notify.ts';

/** What notifying is made of, whoever does it. */
export interface NotifyOptions {
  readonly pipeline: Pipeline;
  readonly client: Dynamo;
  /** The tables' names. */
  readonly tables: { readonly aggregates: string; readonly alerts: string; readonly timers: string };
  /** For calls of the tables. */
  readonly retry: Retry;
  readonly sns: Pick<SNSClient, 'send'>;
  readonly topics: Topics;
  /** For calls of the topics. */
  readonly topicRetry: Retry;
  /** The HTTP API's, for links to it; none without. */
  readonly apiUrl: string | undefined;
  /** What tells the stage from others, for commands in e-mails: `--stage prod`; nothing unless given. */
  readonly stageOptions?: string | undefined;
  readonly quarantine: Quarantine;
  readonly mayGoOn: () => boolean;
  /** Told of what went wrong and does not keep a message from going out. */
  readonly onError: (error: unknown) => void;
}

// As many groups as calls of the tables are made at once.
const GROUPS_AT_ONCE = 16;

/** Notifying over a stage's tables and topics, by this machine's clock. */
export function notifyContext(options: NotifyOptions): NotifyContext {
  const { pipeline, client, tables, retry, sns, topics, topicRetry } = options;
  const { apiUrl, stageOptions, quarantine, mayGoOn, onError } = options;
  const alertsTable = { client, table: tables.alerts, retry };
  const panes = new DynamoPaneReader({ client, table: tables.aggregates, retry, pipeline });
  const publishing = {
    pipeline,
    topics,
    apiUrl,
    stageOptions,
    panes,
    send: async (request: ConstructorParameters<typeof PublishCommand>[0]) => {
      await topicRetry.run(() => sns.send(new PublishCommand(request)));
    },
    onError,
  };
  return {
    pipeline,
    panes,
    alerts: new DynamoAlertStore(alertsTable),
    timers: new DynamoTimerStore({ client, table: tables.timers, retry }),
    dispatching: dispatchContext(alertsTable),
    history: new DynamoHistoryStore({ ...alertsTable, now: Date.now }),
    publish: async (notice) => {
      await publishNotice(publishing, notice);
    },
    quarantine,
    concurrency: GROUPS_AT_ONCE,
    mayGoOn,
  };
}
