import type { Notice } from '../../lib/dispatch/notice.ts';
import { alertState } from './alert-state.ts';

/** A notice that an alert of one key began to fire, unless it is said to be otherwise. */
export function noticeOf(given: Partial<Notice> = {}): Notice {
  return {
    alert: 'slow',
    group: 'home',
    number: 1,
    kind: 'firing',
    at: 0,
    since: 0,
    severity: 'critical',
    members: [{ state: alertState(), news: 'firing' }],
    firing: 1,
    resolved: 0,
    heldBack: 0,
    ...given,
  };
}
