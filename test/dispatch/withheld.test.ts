import { expect, it } from 'vitest';
import { NO_QUIET } from '../../lib/dispatch/quiet.ts';
import type { Quiet } from '../../lib/dispatch/port.ts';
import { Telltale, telling, transitionsOf } from '../support/dispatch.ts';
import { minutes } from '../support/pipeline.ts';

const DAY = 24 * 60;
const silenced: Quiet = {
  ...NO_QUIET,
  silencedUntil: (_state, time) => (time < minutes(2 * DAY) ? minutes(2 * DAY) : undefined),
};

it('tells within the hour what was held back by a silence that somebody else ended meanwhile', () => {
  const telltale = new Telltale(telling(), silenced);
  expect(telltale.until(5, transitionsOf([[3, 'a', 'warning']]))).toEqual([]);
  expect(telltale.until(2 * 60)).toEqual([]);

  telltale.quiet = NO_QUIET;

  expect(telltale.next).toBe(minutes(3 * 60));
  expect(telltale.until(3 * 60)).toEqual([expect.stringContaining('firing warning: a firing')]);
});

it('tells at the end of a silence what it held back for days', () => {
  const telltale = new Telltale(telling(), silenced);
  telltale.until(5, transitionsOf([[3, 'a', 'warning']]));

  expect(telltale.until(3 * DAY)).toEqual([`${2 * DAY} firing warning: a firing (1 firing, 0 resolved)`]);
  expect(telltale.next).toBeUndefined();
});
