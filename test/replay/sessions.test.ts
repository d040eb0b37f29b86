import { describe, expect, it } from 'vitest';
import { reported } from '../support/reported.ts';
import { clicks, eventOf } from '../support/sessions.ts';

const events = [0, 3, 2, 30, 100, 103].map((minute, n) => eventOf({ minute, user: 'ann', n }));

describe('a replay of sessions', () => {
  it('gives each session once, with its start and end, when nothing can change it any more', () => {
    const lines = reported('ndjson', clicks, events)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { aggregate?: string });

    const session = (start: string, end: string, final: boolean, measures: object) => ({
      type: 'aggregate',
      aggregate: 'whole',
      key: { user: 'ann' },
      start: `2024-01-01T${start}:00.000Z`,
      end: `2024-01-01T${end}:00.000Z`,
      final,
      measures,
    });
    expect(lines.filter(({ aggregate }) => aggregate === 'whole')).toEqual([
      session('00:00', '00:07', true, { clicks: 3, total: 3, most: 2 }),
      session('00:30', '00:34', true, { clicks: 1, total: 3, most: 3 }),
      session('01:40', '01:47', false, { clicks: 2, total: 9, most: 5 }),
    ]);
  });

  it('counts the sessions of a key in a table, and adds up all of them', () => {
    const table = reported('table', clicks, events);

    expect(table).toContain('│ user │ sessions │ clicks │ total │ most │');
    expect(table).toContain('│ ann  │        3 │      6 │    15 │    5 │');
  });
});
