import { gzipSync } from 'node:zlib';
import { kplBytes } from './kinesis.ts';
import { minutes } from './pipeline.ts';

/** A page view, some minutes after T0. */
export const view = (minute: number, over: object = {}): object => ({
  at: minutes(minute),
  page: 'home',
  user: 'ann',
  ms: 10,
  ...over,
});

/** JSON of each event on a line of its own. */
export const linesOf = (...events: readonly unknown[]): Buffer =>
  Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));

/** A JSON array of events. */
export const arrayOf = (...events: readonly unknown[]): Buffer => Buffer.from(JSON.stringify(events));

/** What a CloudWatch Logs subscription sends of messages, as its page shows it, at one millisecond after another. */
export function logsOf(messages: readonly string[], over: object = {}): Buffer {
  return gzipSync(
    JSON.stringify({
      owner: '111111111111',
      logGroup: 'api',
      logStream: 'i-1',
      subscriptionFilters: ['Destination'],
      messageType: 'DATA_MESSAGE',
      logEvents: messages.map((message, i) => ({
        id: `3195${i}`,
        timestamp: 1_432_826_855_000 + i,
        message,
      })),
      ...over,
    }),
  );
}

/** What CloudWatch Logs sends to see whether it reaches the stream. */
export const controlMessage = logsOf(
  ['CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.'],
  { messageType: 'CONTROL_MESSAGE', owner: 'CloudwatchLogs', logGroup: '', logStream: '' },
);

/** A way to put events, one at least, into the bytes of one Kinesis record. */
export type Packing =
  'array' | 'lines' | 'gzip array' | 'gzip lines' | 'kpl' | 'kpl of arrays' | 'kpl of gzip lines';

export const PACKINGS: readonly Packing[] = [
  'array',
  'lines',
  'gzip array',
  'gzip lines',
  'kpl',
  'kpl of arrays',
  'kpl of gzip lines',
];

/** The bytes of one Kinesis record that holds the events in their order. */
export function packed(events: readonly unknown[], packing: Packing): Buffer {
  const half = Math.ceil(events.length / 2);
  const halves = [events.slice(0, half), events.slice(half)].filter((part) => part.length > 0);
  switch (packing) {
    case 'array':
      return arrayOf(...events);
    case 'lines':
      return linesOf(...events);
    case 'gzip array':
      return gzipSync(arrayOf(...events));
    case 'gzip lines':
      return gzipSync(linesOf(...events));
    case 'kpl':
      return kplBytes(events);
    case 'kpl of arrays':
      return kplBytes(halves.map((part) => arrayOf(...part)));
    case 'kpl of gzip lines':
      return kplBytes(halves.map((part) => gzipSync(linesOf(...part))));
  }
}
