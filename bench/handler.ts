import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import type { KinesisStreamEvent } from 'aws-lambda';
import { kinesisEvent } from '../fixtures/kinesis-event.ts';
import { createInterpreter } from '../lib/fold/interpret.ts';
import { handleAggregate, type AggregateContext } from '../lib/handle/aggregate.ts';
import { decodeAndParse } from './floors.ts';
import { measure, speedAgainst } from './measure.ts';
import { aggregatesOnly } from './pipeline.ts';
import { recorder, type Recorder } from './recorder.ts';
import { timingTable } from './table.ts';

const RECORDS = 1_000;
const EVENTS = 16;

/** What the handler benchmark found. */
export interface HandlerFigures {
  readonly table: string;
  /** Speed against base64 decoding and JSON.parse of the same bytes; 1 is as fast. */
  readonly speed: number;
  /** Write requests per 1,000 records, against the distinct panes of each batch. */
  readonly writes: number;
  readonly fewestWrites: number;
}

/** The aggregate handler on batches of 1,000 real records, against what any reader of JSON records must do. */
export async function benchHandler(fixture: string): Promise<HandlerFigures> {
  const events = await batches(fixture);
  const store = recorder();
  const context = contextOf(store);
  let turn = 0;
  const next = (): KinesisStreamEvent => events[turn++ % events.length]!;
  const [floor, handler] = await measure(
    [
      { name: 'base64 + JSON.parse', units: EVENTS, run: () => decodeAndParse(next()) },
      { name: 'aggregate handler', units: EVENTS, run: () => handleAggregate(context, next()) },
    ],
    { rounds: 15, warmUp: 5 },
  );
  return {
    table: timingTable([floor!, handler!], floor!),
    speed: speedAgainst(floor!, handler!),
    ...(await countWrites(events)),
  };
}

async function countWrites(
  events: readonly KinesisStreamEvent[],
): Promise<{ writes: number; fewestWrites: number }> {
  const store = recorder();
  let fewest = 0;
  for (const event of events) {
    await handleAggregate(contextOf(store), event);
    fewest += distinctPanes(event);
  }
  return {
    writes: Math.round((store.paneWrites + store.laneWrites) / events.length),
    fewestWrites: Math.round(fewest / events.length),
  };
}

/** Aggregate × key × pane of a batch, counted without weir's fold. */
function distinctPanes(event: KinesisStreamEvent): number {
  const panes = new Set<string>();
  for (const { kinesis } of event.Records) {
    const flight = JSON.parse(Buffer.from(kinesis.data, 'base64').toString()) as Record<string, string>;
    const time = Date.parse(flight.time ?? '');
    panes.add(`departures ${flight.origin} ${Math.floor(time / 900_000)}`);
    panes.add(`routes ${flight.origin} ${flight.destination} ${Math.floor(time / 86_400_000)}`);
  }
  return panes.size;
}

function contextOf(store: Recorder): AggregateContext {
  return {
    pipeline: aggregatesOnly,
    interpret: createInterpreter(aggregatesOnly),
    store,
    quarantine: () => Promise.reject(new Error('nothing in the fixture belongs into quarantine')),
    concurrency: 64,
    mayGoOn: () => true,
  };
}

async function batches(fixture: string): Promise<KinesisStreamEvent[]> {
  const lines = (await text(createReadStream(fixture).pipe(createGunzip()))).trimEnd().split('\n');
  return Array.from({ length: EVENTS }, (_, i) => kinesisEvent(lines.slice(i * RECORDS, (i + 1) * RECORDS)));
}
