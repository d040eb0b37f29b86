import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parseArn } from '../esm/arn.ts';
import { describeFailure, describeQuarantined, type Description } from '../redrive/describe.ts';
import { Queue } from '../redrive/queue.ts';
import { CommandError } from './errors.ts';
import { checkRegion, unfit, type DeployedStage } from './stage-options.ts';

/** Where a stage is, as the options say. Names are those that serverless.yml gives, unless they are given. */
export interface StageOptions extends DeployedStage {
  readonly failureQueueUrl?: string;
  readonly quarantineQueueUrl?: string;
}

/** One of the two queues of a stage. */
export interface StageQueue {
  readonly name: 'failures' | 'quarantine';
  readonly url: string;
  readonly queue: Queue;
  readonly describe: (body: string) => Description;
}

/** The queues of a stage. */
export interface Stage {
  readonly sqs: SQSClient;
  readonly failures: StageQueue;
  readonly quarantine: StageQueue;
}

/**
 * Finds the queues of a stage.
 *
 * @throws {CommandError} if one of them is not there, or an option is not what it has to be
 */
export async function findStage(options: StageOptions): Promise<Stage> {
  check(options);
  const sqs = new SQSClient({ region: options.region });
  const [failures, quarantine] = await Promise.all([
    given(options.failureQueueUrl) ?? queueUrl(sqs, options, 'failures'),
    given(options.quarantineQueueUrl) ?? queueUrl(sqs, options, 'quarantine'),
  ]);
  return {
    sqs,
    failures: {
      name: 'failures',
      url: failures,
      queue: new Queue(sqs, failures),
      describe: describeFailure,
    },
    quarantine: {
      name: 'quarantine',
      url: quarantine,
      queue: new Queue(sqs, quarantine),
      describe: describeQuarantined,
    },
  };
}

/** The ARN of a stage's alerts topic, which lies where its failure queue lies. */
export async function alertsTopicArn({ sqs, failures }: Stage, topicName: string): Promise<string> {
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: failures.url, AttributeNames: ['QueueArn'] }),
  );
  const { partition, region, account } = parseArn(attributes?.QueueArn ?? '', 'QueueArn');
  return `arn:${partition}:sns:${region}:${account}:${topicName}`;
}

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function check({ region, failureQueueUrl, quarantineQueueUrl }: StageOptions): void {
  checkRegion(region);
  for (const [option, url] of [
    ['--failure-queue-url', given(failureQueueUrl)],
    ['--quarantine-queue-url', given(quarantineQueueUrl)],
  ] as const) {
    if (url === undefined || (/^https?:\/\//.test(url) && URL.canParse(url))) continue;
    const example = `https://sqs.${region}.amazonaws.com/123456789012/weir-dev-failures`;
    throw unfit(option, url, `the URL of a queue, such as ${example}`);
  }
}

async function queueUrl(
  sqs: SQSClient,
  { service, stage, region }: StageOptions,
  queue: StageQueue['name'],
): Promise<string> {
  const name = `${service}-${stage}-${queue}`;
  try {
    const { QueueUrl: url = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return url;
  } catch (error) {
    if (!isMissingQueue(error)) throw error;
    throw new CommandError(
      `there is no queue ${name} in ${region}; give the --stage, --region and --service that were deployed, or the queues' URLs`,
      { cause: error },
    );
  }
}

function isMissingQueue(error: unknown): boolean {
  return error instanceof Error && /QueueDoesNotExist|NonExistentQueue/.test(error.name);
}
