import { DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import type { AlertContext } from '../query/alert-context.ts';
import { dynamoAlertContext } from '../query/dynamo-context.ts';
import { QueryError } from '../query/problem.ts';
import { newSilenceId } from '../query/silence-id.ts';
import { withAws } from './aws-errors.ts';
import { CommandError } from './errors.ts';
import { loadPipeline } from './load-pipeline.ts';
import { checkRegion, type DeployedStage } from './stage-options.ts';

/** Where a stage's alerts are, as the options say. Names are those that serverless.yml gives, unless they are given. */
export interface AlertsStageOptions extends DeployedStage {
  /** Path of the pipeline that is deployed. */
  readonly pipeline: string;
  readonly alertsTable?: string;
  readonly timersTable?: string;
  readonly format: 'table' | 'json';
}

/**
 * Asks what is kept of a stage's alerts, or says something of them, as the HTTP API does.
 *
 * @throws {CommandError} if the stage is not there, or what is asked makes no sense
 */
export async function withAlerts<T>(
  options: AlertsStageOptions,
  ask: (context: AlertContext) => Promise<T>,
): Promise<T> {
  const { region, service, stage } = options;
  checkRegion(region);
  const tables = {
    alerts: options.alertsTable ?? `${service}-${stage}-alerts`,
    timers: options.timersTable ?? `${service}-${stage}-timers`,
  };
  const context = dynamoAlertContext({
    pipeline: await loadPipeline(options.pipeline),
    client: new DynamoDBClient({ region }),
    tables,
    now: Date.now,
    newId: newSilenceId,
  });
  return withAws(async () => {
    try {
      return await ask(context);
    } catch (error) {
      if (error instanceof QueryError) throw new CommandError(error.message, { cause: error });
      if (!(error instanceof ResourceNotFoundException)) throw error;
      throw new CommandError(
        `there is no table ${tables.alerts} or ${tables.timers} in ${region}; give the --stage, --region and --service that were deployed, or the tables' names`,
        { cause: error },
      );
    }
  });
}
