import { readDelivered } from '../../lib/local/delivered.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { account, type Findings, type GivenUp } from './account.ts';
import { accountAlerts, accountDue } from './alerts-account.ts';
import type { Put } from './flights.ts';
import { readPanes, readQueue, readStream, readTransitions } from './remains.ts';
import type { Stage } from './stage.ts';

/** The verdict on a stage at rest. */
export interface Verdict extends Findings {
  /** User records in the stream. */
  readonly records: number;
  readonly shards: number;
  readonly panes: number;
  readonly transitions: number;
  readonly messages: number;
}

/**
 * Holds what is stored, set aside and received against what the stream holds.
 *
 * @param known what was put, by digest
 * @throws {StrangerError} if the stream holds what nobody put
 */
export async function verdictOn(
  { stack, operatorUrl }: Stage,
  pipeline: Pipeline,
  known: ReadonlyMap<string, Put>,
  givenUp: readonly GivenUp[],
): Promise<Verdict> {
  const { clients } = stack.aws;
  const table = stack.ref('AggregatesTable');
  const quarantine = await readQueue(clients.sqs, stack.ref('QuarantineQueue'));
  const received = await readQueue(clients.sqs, operatorUrl);
  const transitions = await readTransitions(clients, stack.ref('AlertsTable'));
  const shards = await readStream(clients.kinesis, stack.ref('EventStream'), known);
  const panes = await readPanes(clients.dynamodb, table, pipeline);
  const reader = new DynamoPaneReader({ client: clients.dynamodb, table, pipeline });
  const watermark = await reader.readWatermark();
  const findings = account({ shards, givenUp, quarantine: quarantine.map(readMessage), panes });
  const contents = shards.flatMap(({ records }) => records.flatMap((record) => record.contents));
  return {
    ...findings,
    violations: [
      ...findings.violations,
      ...accountAlerts(transitions, received.map(readDelivered)),
      ...accountDue([...findings.expected.values()], transitions, watermark),
    ],
    records: contents.length,
    shards: shards.length,
    panes: panes.size,
    transitions: transitions.length,
    messages: received.length,
  };
}

function readMessage(body: string): QuarantineMessage {
  return JSON.parse(body) as QuarantineMessage;
}
