import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryPaneReader } from '../support/memory-alerts.ts';
import { minutes } from '../support/pipeline.ts';
import { clicks, foldClicks } from '../support/sessions.ts';
import { memoryApp } from './setup.ts';

const panes = new MemoryPaneReader();
const app = memoryApp(clicks, { panes });

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await app.request(path);
  return { status: response.status, body: await response.json() };
}

/** Starts, ends and clicks of ann's sessions, minutes of the first hour. */
async function sessionsIn(from: string, to: string, aggregate = 'whole'): Promise<unknown> {
  const at = (time: string) => `2024-01-01T00:${time}:00Z`;
  const { body } = await get(`/aggregates/${aggregate}?user=ann&from=${at(from)}&to=${at(to)}`);
  const { sessions } = body as {
    sessions: { start: string; end: string; final: boolean; measures: { clicks: number } }[];
  };
  return sessions.map(({ start, end, final, measures }) => [
    start.slice(14, 16),
    end.slice(14, 16),
    measures.clicks,
    final,
  ]);
}

beforeEach(() => {
  panes.watermark = -Infinity;
});

describe('GET /aggregates/{aggregate} of sessions', () => {
  for (const each of foldClicks(
    [0, 2, 5, 20, 23, 40, 59].map((minute) => ({ minute, user: 'ann', n: minute })),
  ))
    panes.put(...each);

  it('reads the sessions of a key, with what is known of each', async () => {
    panes.watermark = minutes(12);
    expect(await get('/aggregates/whole?user=ann&from=2024-01-01T00:00:00Z&to=2024-01-01T00:10:00Z')).toEqual(
      {
        status: 200,
        body: {
          aggregate: 'whole',
          key: { user: 'ann' },
          from: '2024-01-01T00:00:00.000Z',
          to: '2024-01-01T00:10:00.000Z',
          watermark: '2024-01-01T00:12:00.000Z',
          sessions: [
            {
              start: '2024-01-01T00:00:00.000Z',
              end: '2024-01-01T00:09:00.000Z',
              final: true,
              measures: { clicks: 3, total: 7, most: 5 },
            },
          ],
        },
      },
    );
  });

  it('gives whole sessions that overlap the range', async () => {
    expect(await sessionsIn('05', '09')).toEqual([['00', '09', 3, false]]);
    expect(await sessionsIn('09', '20')).toEqual([]);
    expect(await sessionsIn('08', '21')).toEqual([
      ['00', '09', 3, false],
      ['20', '27', 2, false],
    ]);
  });

  it('calls a session final when its last pane takes no more records', async () => {
    // 3 minutes of a pane after the end of one, 5 minutes and 30 of lateness after the end of the other.
    panes.watermark = minutes(12) - 1;
    expect(await sessionsIn('00', '10')).toEqual([['00', '09', 3, false]]);
    panes.watermark = minutes(12);
    expect(await sessionsIn('00', '10')).toEqual([['00', '09', 3, true]]);
    panes.watermark = minutes(9 + 5 + 30) - 1;
    expect(await sessionsIn('00', '10', 'cut')).toEqual([['00', '09', 3, false]]);
    panes.watermark = minutes(9 + 5 + 30);
    expect(await sessionsIn('00', '10', 'cut')).toEqual([['00', '09', 3, true]]);
  });

  it('reads the last day of event time without a range', async () => {
    panes.watermark = minutes(60);
    const { body } = await get('/aggregates/whole?user=ann');
    expect(body).toMatchObject({ from: '2023-12-31T01:00:00.001Z', to: '2024-01-01T01:00:00.001Z' });
    expect((body as { sessions: unknown[] }).sessions).toHaveLength(4);
  });

  it('gives none of a key that has none', async () => {
    panes.watermark = minutes(60);
    expect((await get('/aggregates/whole?user=eve')).body).toMatchObject({ sessions: [] });
  });

  it.each([
    [
      'a resolution',
      'resolution=1h',
      "whole gathers events into sessions, which have no resolution; leave 'resolution' out",
    ],
    ['an unknown parameter', 'size=1', "unknown parameter 'size'; known are user, from, to"],
    ['a range that is reversed', 'from=2024-01-02&to=2024-01-01', "'from' is not before 'to'"],
    [
      'a range that a session may leave behind the year 9999',
      'from=9999-12-31&to=9999-12-31T01:00:00Z',
      'the range ends beyond the year 9999',
    ],
    [
      'a range of too many panes',
      'from=2023-12-01&to=2024-01-01',
      'the range holds more than 10000 panes of 3m',
    ],
    ['no range while there is no watermark', '', "no event has been read yet; give 'from' and 'to'"],
  ])('refuses %s', async (_what, query, detail) => {
    expect(await get(`/aggregates/whole?user=ann&${query}`)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining(detail) as unknown },
    });
  });
});

describe('GET /aggregates with sessions', () => {
  it("lists a session's gap and length, and the measures that its author gave it", async () => {
    const { body } = await get('/aggregates');
    expect((body as { aggregates: unknown[] }).aggregates[0]).toMatchObject({
      name: 'cut',
      pane: '5m',
      session: { gap: '4m', max: '13m' },
      measures: { clicks: 'count', total: 'sum', most: 'max' },
    });
  });
});
