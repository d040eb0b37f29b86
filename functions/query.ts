import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { handle } from 'hono/aws-lambda';
import { setting } from '../lib/handle/env.ts';
import { logErrors } from '../lib/handle/observe.ts';
import { createQueryApp } from '../lib/query/app.ts';
import { dynamoAlertContext } from '../lib/query/dynamo-context.ts';
import { newSilenceId } from '../lib/query/silence-id.ts';
import { DynamoPaneReader } from '../lib/store/dynamo-pane-reader.ts';
import pipeline from '../pipeline.ts';

// Made once per execution environment and kept warm between invocations.
const client = new DynamoDBClient({});

/** Answers the HTTP API. */
// The adapter's successor, a package of its own, is not published yet.
// eslint-disable-next-line @typescript-eslint/no-deprecated
export const handler = handle(
  createQueryApp({
    ...dynamoAlertContext({
      pipeline,
      client,
      tables: {
        alerts: setting(process.env, 'ALERTS_TABLE'),
        timers: setting(process.env, 'TIMERS_TABLE'),
      },
      now: Date.now,
      newId: newSilenceId,
    }),
    panes: new DynamoPaneReader({ client, table: setting(process.env, 'AGGREGATES_TABLE'), pipeline }),
    onError: (error) => {
      logErrors('the request failed', [error]);
    },
  }),
);
