import { describe, expect, it } from 'vitest';
import { groupRecord } from '../../lib/notify/group-record.ts';
import type { Alert } from '../../lib/pipeline/pipeline.ts';
import { alertState } from '../support/alert-state.ts';
import { slow, visits } from '../support/pipeline.ts';

const by = (...groupBy: string[]): Alert => ({
  ...slow,
  aggregate: visits,
  telling: { ...slow.telling, groupBy },
});
const of = (group: string, ...keys: string[]) => ({
  group,
  members: keys.map((key) => ({ state: alertState({ key }), news: 'firing' as const })),
});

describe('groupRecord', () => {
  it.each([
    ['what the rule groups by', of('home', 'home|ann', 'home|bob'), by('page'), { page: 'home' }],
    ['nothing, if that is what it groups by', of('', 'home|ann'), by(), {}],
    ['a value that is empty', of('', '|ann'), by('page'), { page: '' }],
    ['what it grouped by before', of('ann', 'home|ann', 'cart|ann'), by('page'), { user: 'ann' }],
    ['all that it grouped by', of('home|ann', 'home|ann'), by('page'), { page: 'home', user: 'ann' }],
    ['nothing, if it grouped by nothing', of('', 'home|ann', 'cart|bob'), by('page'), {}],
    ['what fits all alerts', of('x', 'x|x', 'y|x'), by(), { user: 'x' }],
    ['the values alone, if nothing fits', of('eu', 'home|ann'), by('page'), { group: 'eu' }],
    ['the values alone, without a rule', of('home', 'home|ann'), undefined, { group: 'home' }],
  ])('names %s', (_what, notice, rule, record) => {
    expect(groupRecord(notice, rule)).toEqual(record);
  });
});
