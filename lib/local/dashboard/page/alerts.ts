import type { AlertRow, Snapshot } from '../protocol.ts';
import { briefly } from './briefly.ts';
import { element, setAttributes, setText } from './dom.ts';
import { eventTime, whole } from './format.ts';
import { KeyedList, type RowView } from './keyed-list.ts';
import { keepReachable, walkRows } from './row-focus.ts';
import { createTabs } from './tabs.ts';
import type { View } from './view.ts';

/**
 * Alerts as they are, and as they have changed.
 *
 * @param open shows the key that an alert is about
 */
export function createAlerts(root: HTMLElement, open: (row: AlertRow) => void): View {
  const [now, changes] = [element('ul', { class: 'rows' }), element('ul', { class: 'rows' })];
  const tabs = createTabs('alerts', 'Alerts', [
    { name: 'Now', content: now },
    { name: 'Changes', content: changes },
  ]);
  const empty = element('p', { class: 'note', text: 'No alert has fired.' });
  root.append(
    element(
      'div',
      { class: 'panel-head' },
      element('h2', { text: 'Alerts', attributes: { id: 'alerts-title' } }),
      tabs.bar,
    ),
    empty,
    ...tabs.panels,
  );
  const create = (): RowView<AlertRow> => createRow(open);
  const current = new KeyedList<AlertRow>(now, ({ alert, key }) => `${alert} ${key}`, create);
  const history = new KeyedList<AlertRow>(
    changes,
    ({ alert, key, at, state, severity }) => `${alert} ${key} ${at} ${state} ${severity}`,
    create,
  );
  for (const rows of [now, changes]) walkRows(rows, 'button');
  return {
    update: ({ alerts, transitions }: Snapshot) => {
      const firing = alerts.filter(({ state }) => state === 'firing').length;
      tabs.label(0, `Now ${whole(firing)}`);
      tabs.label(1, `Changes ${whole(transitions.length)}${transitions.length >= 200 ? '+' : ''}`);
      empty.hidden = alerts.length > 0;
      current.update(alerts);
      history.update(transitions);
      for (const rows of [now, changes]) keepReachable(rows, 'button');
    },
  };
}

function createRow(open: (row: AlertRow) => void): RowView<AlertRow> {
  let shown: AlertRow | undefined;
  const badge = element('span', { class: 'badge' });
  const name = element('span', { class: 'name' });
  const severity = element('span', { class: 'severity' });
  const time = element('time');
  const summary = element('span', { class: 'summary' });
  const button = element(
    'button',
    {
      class: 'alert-row',
      attributes: { type: 'button', tabindex: '-1' },
      onClick: () => {
        if (shown !== undefined) open(shown);
      },
    },
    badge,
    name,
    severity,
    time,
    summary,
  );
  return {
    root: element('li', {}, button),
    update: (row) => {
      shown = row;
      setText(badge, row.state);
      setAttributes(badge, { 'data-state': row.state });
      setText(name, row.key === '' ? row.alert : `${row.alert} ${row.key}`);
      setText(severity, row.severity);
      setAttributes(severity, { 'data-severity': row.severity });
      setText(time, eventTime(row.at));
      setAttributes(time, { datetime: isoOf(row.at) });
      setText(summary, briefly(row));
      setAttributes(button, { title: row.summary });
    },
  };
}

function isoOf(at: number): string | undefined {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : undefined;
}
