import type { AlertState } from '../../lib/alerts/state.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
import { keyValues } from '../../lib/fold/key.ts';
import { minutesOf } from './scenario.ts';

/** Transitions in order of time, as a scenario has them. */
export function transitionLines(transitions: readonly AlertState[]): string[] {
  return inOrder(
    transitions.map(({ at, alert, key, status, severity }) => ({
      at,
      text: `${alert} ${nameOf(key)} ${status === 'firing' ? `firing ${severity}` : status}`,
    })),
  );
}

/** Notices in order of time, as a scenario has them. */
export function noticeLines(notices: readonly Notice[]): string[] {
  return inOrder(
    notices.map(({ at, alert, kind, severity, members, firing, resolved }) => {
      const list = members.map(({ state, news }) => `${nameOf(state.key)} ${news}`).join(', ');
      const all = kind === 'resolved' ? resolved : firing;
      const more = all > members.length ? ` of ${all} ${kind}` : '';
      return { at, text: `${alert} ${kind} ${severity}: ${list}${more}` };
    }),
  );
}

function inOrder(lines: readonly { readonly at: number; readonly text: string }[]): string[] {
  return [...lines]
    .sort((a, b) => a.at - b.at || (a.text < b.text ? -1 : 1))
    .map(({ at, text }) => `${minutesOf(at)} ${text}`);
}

function nameOf(key: string): string {
  if (key === '') return '';
  const [zone = '', host = ''] = keyValues(key);
  return zone === 'south' ? host : `${zone}/${host}`;
}
