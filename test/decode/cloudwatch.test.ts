import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { logEvents } from '../../lib/decode/cloudwatch.ts';
import { controlMessage, logsOf } from '../support/packing.ts';

const read = (bytes: Buffer): unknown => JSON.parse(gunzipSync(bytes).toString());

function eventsOf(...messages: readonly string[]): unknown[] {
  const events = logEvents(read(logsOf(messages)));
  return Array.isArray(events) ? events.map((bytes) => JSON.parse(bytes.toString()) as unknown) : [events];
}

const envelope = { owner: '111111111111', logGroup: 'api', logStream: 'i-1' };

describe('logEvents', () => {
  it('gives each log event with where it came from, and its message read if that is an object', () => {
    expect(eventsOf('{"ms":12}', 'START RequestId: 1\n')).toEqual([
      { ...envelope, id: '31950', timestamp: 1_432_826_855_000, message: { ms: 12 } },
      { ...envelope, id: '31951', timestamp: 1_432_826_855_001, message: 'START RequestId: 1\n' },
    ]);
  });

  it.each(['7', 'null', '[{"ms":12}]', '"text"', '{"ms":', '{} {}', '', '{nope}'])(
    'leaves the message %j text',
    (message) => {
      expect(eventsOf(message)).toMatchObject([{ message }]);
    },
  );

  it('leaves every character of a message as it is', () => {
    const message = ' {"id":12345678901234567890,"big":1e400,"id":2}\n';

    const events = logEvents(read(logsOf([message])));

    expect(String(events)).toContain(`"message":${message}}`);
  });

  it('keeps what else a log event has, such as fields that a filter extracted', () => {
    const logged = [{ id: '1', timestamp: 1, message: 'GET /', extractedFields: { method: 'GET' } }];

    const events = logEvents(read(logsOf([], { logEvents: logged })));

    expect(JSON.parse(String(events))).toEqual({ ...envelope, ...logged[0] });
  });

  it('knows control messages', () => {
    expect(logEvents(read(controlMessage))).toBe('control');
  });

  it.each<[what: string, value: unknown]>([
    ['null', null],
    ['an array', []],
    ['another type of message', read(logsOf(['a'], { messageType: 'ORDER' }))],
    ['no log group', read(logsOf(['a'], { logGroup: undefined }))],
    ['log events that are no list', read(logsOf([], { logEvents: {} }))],
    ['a log event without a message', read(logsOf([], { logEvents: [{ id: '1' }] }))],
    ['a control message of somebody else', { messageType: 'CONTROL_MESSAGE', action: 'stop' }],
  ])('takes %s for none', (_what, value) => {
    expect(logEvents(value)).toBeUndefined();
  });
});
