import { S3Client } from '@aws-sdk/client-s3';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { describeQuarantined } from '../../redrive/describe.ts';
import { redriveQueue, type MessageDone } from '../../redrive/redrive-queue.ts';
import { createRedriver, type Redriver } from '../../redrive/redriver.ts';
import { readTopics } from '../../notify/topics.ts';
import { Retry } from '../../store/retry.ts';
import { LOCAL_ACCESS_KEY_ID, LOCAL_SECRET_ACCESS_KEY } from '../aws/constants.ts';
import type { QuarantineWatch } from '../quarantine-watch.ts';
import type { RunningStack } from '../stack-runner.ts';
import type { RedriveAnswer, RedriveRequest } from './protocol.ts';

// A person waits, and nothing ends the work but its own end: calls are made again for some seconds.
const ATTEMPTS = 20;

/** What is told of a record that stays. */
export type OnStays = (id: string, why: string) => void;

/**
 * Tries records of the quarantine queue again, as `weir redrive run --quarantine` does, and says of each why it stays. What is repaired
 * leaves the queue.
 *
 * @param onStays told of each record that stays
 */
export async function redriveAside(
  redriver: Pick<Redriver, 'quarantined'>,
  watch: QuarantineWatch,
  { ids }: RedriveRequest,
  onStays: OnStays,
): Promise<RedriveAnswer> {
  // So that all are known by name, and what is gone is not looked for.
  await watch.look();
  const wanted = ids === 'all' ? undefined : new Set(ids);
  const known = watch.messagesOf(wanted);
  const missing = [...(wanted ?? [])].filter((id) => ![...known.values()].includes(id));
  const stays: Record<string, string> = {};
  const accepted = new Set<string>();
  const onDone = ({ messageId, outcome: { kind, detail } }: MessageDone): void => {
    const id = known.get(messageId);
    if (id === undefined) return;
    if (kind === 'repaired') accepted.add(id);
    else stays[id] = detail;
  };
  if (known.size > 0) {
    await watch.alone(() =>
      redriveQueue({
        queue: watch.queue,
        redrive: (body) => redriver.quarantined(body),
        describe: (body) => describeQuarantined(body).what,
        mayGoOn: () => true,
        onDone,
        only: new Set(known.keys()),
      }),
    );
    await watch.look();
  }
  for (const id of missing) stays[id] = 'it has left the queue';
  for (const [id, why] of Object.entries(stays)) onStays(id, why);
  // Of a record in several parts, one that stays keeps it.
  const repaired = [...accepted].filter((id) => !(id in stays));
  return { tried: new Set(known.values()).size + missing.length, accepted: repaired.length, stays };
}

/**
 * A redriver of what runs on this machine.
 *
 * @throws {StackError} if serverless.yml no longer declares what redriving works with
 */
export function redriverOf(running: RunningStack, pipeline: Pipeline): Redriver {
  const { aws, stack } = running;
  const streams = [...stack.resources.values()].filter(({ type }) => type === 'AWS::Kinesis::Stream');
  const notifier = stack.functions.find(({ environment }) => environment.ALERT_TOPICS !== undefined);
  const s3 = new S3Client({
    region: aws.region,
    endpoint: aws.endpoints.s3,
    forcePathStyle: true,
    credentials: { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: LOCAL_SECRET_ACCESS_KEY },
  });
  return createRedriver({
    pipeline,
    clients: { ...aws.clients, s3 },
    resources: {
      eventStreams: streams.map(({ attributes, ref }) => attributes.Arn ?? ref),
      aggregatesTable: running.ref('AggregatesTable'),
      alertsTable: running.ref('AlertsTable'),
      timersTable: running.ref('TimersTable'),
      quarantineQueueUrl: running.ref('QuarantineQueue'),
      topics: readTopics(notifier?.environment ?? { ALERTS_TOPIC_ARN: running.ref('AlertsTopic') }),
    },
    retry: new Retry({ attempts: ATTEMPTS }),
    streamRetry: new Retry({ attempts: ATTEMPTS }),
    mayGoOn: () => true,
    onError: () => undefined,
  });
}
