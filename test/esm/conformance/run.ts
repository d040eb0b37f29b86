import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSourceMappingHandle, EventSourceMappingSettings } from '../../../lib/esm/index.ts';
import { startEventSourceMapping } from '../../../lib/esm/index.ts';
import type { EmbeddedAws } from '../../../lib/local/aws/embedded.ts';
import { VirtualClock } from '../virtual-clock.ts';
import type { Bindings } from './differences.ts';
import { differences } from './differences.ts';
import type { BatchEvent, EventRecord, Output, Recording } from './recording.ts';
import { batchesOf, outputsOf } from './recording.ts';
import type { Scenario } from './scenarios.ts';
import { scenarioOf } from './scenarios.ts';
import type { Inbox } from './stage.ts';
import { createInbox, createKinesisStage, createTableStage } from './stage.ts';

/** Longer than the engine waits between two reads, ms. */
const LONGER_THAN_A_PAUSE_MS = 400;

const ITEM: EventRecord = {
  eventName: 'INSERT',
  dynamodb: { Keys: { id: { S: 'test' } }, NewImage: { id: { S: 'test' } }, SequenceNumber: '' },
};

interface Invocation {
  readonly executionStart: number;
  readonly event: BatchEvent;
}

/**
 * Does again what was done when a case was recorded, and compares all that came out.
 * @param name of the stream and the destination: one of a kind
 * @returns a line for each difference
 */
export async function run(recording: Recording, name: string, aws: EmbeddedAws): Promise<readonly string[]> {
  const scenario = scenarioOf(recording.name);
  const destination = recording.settings.DestinationConfig?.OnFailure?.Destination;
  const inbox = destination
    ? await createInbox(aws.clients, `${name}-failures`, destination.split(':')[2] ?? '')
    : undefined;
  const isTable = /(?:^|_)dynamodb_/.test(recording.name);
  const stage = await (isTable ? createTableStage : createKinesisStage)(aws.clients, name);
  const groups = groupsToPut(recording, scenario, isTable);
  const invocations: Invocation[] = [];
  const allPut = new AbortController();
  let running = 0;
  const clock = new VirtualClock(Date.now() + (scenario.waitedMs ?? 0));

  const begin = (): EventSourceMappingHandle =>
    startEventSourceMapping({
      mapping: settingsOf(recording, stage.arn, inbox),
      ...aws.clients,
      destinations: aws.clients,
      clock,
      invoke: async (event) => {
        invocations.push({ executionStart: Date.now(), event: json(event) as BatchEvent });
        running += 1;
        if (running > 1) throw new Error(`${running} invocations at once`);
        if (scenario.answersLate && !allPut.signal.aborted) await once(allPut.signal, 'abort');
        running -= 1;
        return answer(recording, scenario);
      },
    });

  const [first = [], ...rest] = groups;
  const fromLatest = recording.settings.StartingPosition === 'LATEST';
  if (!fromLatest) for (const group of groups) await stage.put(group);
  const mapping = begin();
  try {
    await mapping.ready();
    if (fromLatest) {
      await stage.put(first);
      for (const group of rest) await stage.put(group);
    }
    allPut.abort();
    await mapping.drained();
    if (scenario.disables) {
      await mapping.disable();
      await stage.put(first);
      await sleep(LONGER_THAN_A_PAUSE_MS);
    }
    const state = mapping.enabled ? 'Enabled' : 'Disabled';
    // The clock costs no time, and the mapping would read on and on.
    await mapping.stop();
    return await compare(withAccount(recording, aws.account), { invocations, inbox, state });
  } finally {
    await mapping.stop();
  }
}

function settingsOf(
  { settings }: Recording,
  EventSourceArn: string,
  inbox: Inbox | undefined,
): EventSourceMappingSettings {
  const onFailure = inbox ? { DestinationConfig: { OnFailure: { Destination: inbox.arn } } } : {};
  return { ...settings, ...onFailure, EventSourceArn, FunctionName: 'function-under-test' };
}

/** The records of each put: those of a recorded batch that had not been in one before. */
function groupsToPut(
  recording: Recording,
  scenario: Scenario,
  isTable: boolean,
): readonly (readonly EventRecord[])[] {
  if (scenario.empty) return [];
  if (scenario.filters) return [recordsToFilter(recording, isTable)];
  const known = new Set<string>();
  const groups = batchesOf(recording).map(({ Records }) =>
    Records.filter((record) => {
      const sequenceNumber = record.kinesis?.sequenceNumber ?? record.dynamodb?.SequenceNumber ?? '';
      return known.size < known.add(sequenceNumber).size;
    }),
  );
  const filled = groups.filter((group) => group.length > 0);
  return filled.length > 0 ? filled : [[isTable ? ITEM : kinesisRecord('hello')]];
}

function kinesisRecord(text: string): EventRecord {
  const data = Buffer.from(text).toString('base64');
  return { eventName: 'aws:kinesis:record', kinesis: { partitionKey: 'test', sequenceNumber: '', data } };
}

/** What the function got, and beside it what it must not get. */
function recordsToFilter(recording: Recording, isTable: boolean): readonly EventRecord[] {
  const passing = batchesOf(recording).flatMap(({ Records }) => Records);
  if (isTable) return [ITEM, ...passing];
  const data = outputsOf(recording).flatMap(([, , output]) => (output.kind === 'data' ? output.data : []));
  const texts = data.map((item) => JSON.stringify(item));
  return [
    kinesisRecord(JSON.stringify({ event_type: 'function_2', message: 'foo' })),
    ...passing,
    ...texts.map((text) => kinesisRecord(text)),
    kinesisRecord(JSON.stringify({ message: 'foo' })),
    kinesisRecord('no JSON'),
  ];
}

/** What the function does: as recorded, or as the name says. */
function answer({ handler, name }: Recording, scenario: Scenario): unknown {
  if (handler === 'throw' || (handler === undefined && scenario.throws))
    throw new Error('the function fails');
  if (handler === undefined) return null;
  const returned = /^return (.*)$/.exec(handler)?.[1];
  if (returned === undefined) throw new Error(`the suite cannot read the handler of ${name}: ${handler}`);
  return JSON.parse(returned);
}

interface Facts {
  readonly invocations: readonly Invocation[];
  readonly inbox: Inbox | undefined;
  readonly state: string;
}

async function compare(recording: Recording, facts: Facts): Promise<readonly string[]> {
  const bindings: Bindings = new Map();
  const found: string[] = [];
  for (const [name, recorded, output] of outputsOf(recording)) {
    const [expected, actual] = await bothOf(output, recorded, facts);
    found.push(...differences(expected, actual, bindings, name));
  }
  return found;
}

/** What is to be compared: what was recorded, and what came out in the same form. */
async function bothOf(output: Output, recorded: unknown, facts: Facts): Promise<readonly [unknown, unknown]> {
  const { invocations, inbox, state } = facts;
  const events = invocations.map(({ event }) => event);
  switch (output.kind) {
    case 'records':
      return [recorded, { Records: events.flatMap(({ Records }) => Records) }];
    case 'events':
      return [recorded, events];
    case 'invocations':
      return [recorded, invocations];
    case 'data': {
      const data = events.flatMap(({ Records }) => Records.map(({ kinesis }) => kinesis?.data ?? ''));
      return [
        output.data,
        data.map((base64): unknown => JSON.parse(Buffer.from(base64, 'base64').toString())),
      ];
    }
    case 'messages':
      return [recorded, await inbox?.receive()];
    case 'notification':
      return [recorded, await notification(inbox)];
    case 'mapping':
      // The rest repeats the settings; what the mapping does is in these two.
      return [
        { state: output.state, result: output.result },
        { state, result: invocations.length === 0 ? 'OK' : 'it was invoked' },
      ];
  }
}

async function notification(inbox: Inbox | undefined): Promise<object> {
  const body = (await inbox?.receive())?.Messages[0]?.Body as {
    readonly Message: string;
    readonly Subject?: unknown;
    readonly MessageAttributes?: unknown;
  };
  // The embedded SNS sends two members that SNS leaves out when they are empty.
  const { Subject, MessageAttributes, ...rest } = body;
  const extra = [Subject, MessageAttributes].filter((member) => JSON.stringify(member ?? {}) !== '{}');
  if (extra.length > 0) throw new Error('the notification has a subject or attributes');
  return { ...rest, Message: JSON.parse(body.Message) as unknown };
}

/** The account that was recorded is this one here. */
function withAccount(recording: Recording, account: string): Recording {
  return JSON.parse(JSON.stringify(recording).replaceAll('111111111111', account)) as Recording;
}

function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
