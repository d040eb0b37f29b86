import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../lib/dispatch/labels.ts';
import { matching, topicsOf } from '../../lib/dispatch/match.ts';
import type { Matcher } from '../../lib/dispatch/silence.ts';
import { alertState } from '../support/alert-state.ts';
import { slow } from '../support/pipeline.ts';

const LABELS = { alert: 'slow', severity: 'critical', page: 'home|page', team: 'web' };

describe('labelsOf', () => {
  it('are the alert, its severity, the rule’s own, and the values of its dimensions', () => {
    const rule = { ...slow, labels: { team: 'web' } };
    expect(labelsOf(rule, alertState({ key: 'home\\|page' }))).toEqual(LABELS);
  });
});

describe('matching', () => {
  it.each<[Matcher['label'], Matcher['operator'], string, boolean]>([
    ['page', '=', 'home|page', true],
    ['page', '=', 'home', false],
    ['page', '!=', 'home', true],
    ['page', '!=', 'home|page', false],
    ['page', '=~', 'home.*', true],
    ['page', '=~', 'home', false],
    ['page', '=~', 'page', false],
    ['page', '=~', 'home|other', false],
    ['page', '=~', 'x|home.page', true],
    ['page', '!~', 'home', true],
    ['page', '!~', '.*page', false],
    ['unknown', '=', '', true],
    ['unknown', '!=', 'a', true],
    ['unknown', '=~', '.+', false],
    ['constructor', '=', '', true],
  ])('%s %s %s: %s', (label, operator, value, matches) => {
    expect(matching([{ label, operator, value }])(LABELS)).toBe(matches);
  });

  it('matches a value of several lines as a whole', () => {
    const matches = matching([{ label: 'page', operator: '=~', value: 'a.*' }]);
    expect(matches({ page: 'a\nb' })).toBe(true);
    expect(matches({ page: 'b\na' })).toBe(false);
  });

  it('wants all matchers to hold', () => {
    const alert = { label: 'alert', operator: '=', value: 'slow' } as const;
    expect(matching([alert, { label: 'team', operator: '=', value: 'web' }])(LABELS)).toBe(true);
    expect(matching([alert, { label: 'team', operator: '=', value: 'ops' }])(LABELS)).toBe(false);
  });

  it.each(['(', 'a)(b', '[', '*'])('refuses %s', (value) => {
    expect(() => matching([{ label: 'page', operator: '!~', value }])).toThrow(
      `pipeline: matchers.page has "${value}", which is no regular expression; write one such as 'A.*|ORD'`,
    );
  });
});

describe('topicsOf', () => {
  const pages = { match: { severity: ['critical'], team: ['web', 'app'] }, topic: 'pages', also: false };
  const all = { match: {}, topic: 'all', also: false };

  it.each([
    ['the default one without routes', [], ['alerts']],
    ['the default one if no route matches', [{ ...pages, match: { team: ['ops'] } }], ['alerts']],
    ['those of the first route that matches', [pages, all], ['pages']],
    [
      'not those of one that matches in part',
      [{ ...pages, match: { severity: ['critical'], page: ['x'] } }, all],
      ['all'],
    ],
    ['those of the next one too, if the first says so', [{ ...pages, also: true }, all], ['pages', 'all']],
    ['each once', [{ ...all, also: true }, all], ['all']],
    ['no default beside one that says also', [{ ...pages, also: true }], ['pages']],
  ])('gives %s', (_what, routes, topics) => {
    expect(topicsOf(routes, LABELS)).toEqual(topics);
  });
});
