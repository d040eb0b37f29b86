import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EventStream } from '../../../lib/local/dashboard/event-stream.ts';

/** A response whose reader takes what is written, or does not. */
class FakeResponse extends EventEmitter {
  readonly written: string[] = [];
  takes = true;
  destroyed = false;

  writeHead(): void {
    // Only what is written counts here.
  }

  write(text: string): boolean {
    this.written.push(text);
    return this.takes;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

let now: number;
let events: EventStream;

beforeEach(() => {
  now = 0;
  events = new EventStream(() => now);
});

afterEach(() => {
  events.close();
});

function join(): FakeResponse {
  const response = new FakeResponse();
  events.add(response as unknown as ServerResponse, {});
  response.written.length = 0;
  return response;
}

describe('EventStream', () => {
  test('writes events as the standard has them', () => {
    const one = join();
    events.send('snapshot', '{"at":1}');
    expect(one.written).toEqual(['event: snapshot\ndata: {"at":1}\n\n']);
  });

  test('leaves out for a slow reader what came meanwhile, and goes on with the next', () => {
    const [slow, quick] = [join(), join()];
    slow.takes = false;
    for (const data of ['1', '2', '3']) events.send('e', data);
    slow.takes = true;
    slow.emit('drain');
    events.send('e', '4');
    expect(slow.written.map((text) => text.slice(15, 16))).toEqual(['1', '4']);
    expect(quick.written).toHaveLength(4);
  });

  test('drops one who takes nothing for ten seconds, and leaves the others', () => {
    const [stuck, quick] = [join(), join()];
    stuck.takes = false;
    events.send('e', '1');
    now = 10_000;
    events.send('e', '2');
    expect([stuck.destroyed, events.size]).toEqual([false, 2]);
    now = 10_001;
    events.send('e', '3');
    expect([stuck.destroyed, quick.destroyed, events.size]).toEqual([true, false, 1]);
    expect(stuck.written).toHaveLength(1);
  });

  test('forgets who goes away, and ends all at the end', () => {
    const [gone, last] = [join(), join()];
    gone.emit('close');
    expect(events.size).toBe(1);
    events.close();
    expect([gone.destroyed, last.destroyed, events.size]).toEqual([false, true, 0]);
  });
});
