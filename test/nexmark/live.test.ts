import { describe, expect, it } from 'vitest';
import { evaluated } from './evaluated.ts';
import { split } from './lanes.ts';
import { q0 } from './q0.ts';
import { q11 } from './q11.ts';
import { q15 } from './q15.ts';
import { q19 } from './q19.ts';
import { q5 } from './q5.ts';
import { q7 } from './q7.ts';
import { busy, quiet } from './recordings.ts';
import { stored } from './stored.ts';

const recordings = { busy: busy(), quiet: quiet() };

describe.each(Object.entries({ q0, q11, q15, q19 }))('%s', (_name, { over, pipeline, expected }) => {
  const events = recordings[over];

  it('stores what plain arithmetic gives', async () => {
    expect(await stored(pipeline, split(events, 3))).toEqual(expected(events));
  });
});

// The table in memory reads all that it holds for each window: short recordings.
describe.each([
  { name: 'q5', query: q5, events: recordings.busy.slice(0, 1_200) },
  { name: 'q7', query: q7, events: recordings.busy.slice(0, 3_000) },
])('$name', ({ query: { pipeline, expected }, events }) => {
  it('derives what plain arithmetic gives', async () => {
    expect(await evaluated(pipeline, split(events, 3))).toEqual(expected(events));
  });
});
