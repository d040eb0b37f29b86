import type { AsideRow, RedriveAnswer, RedriveRequest, Snapshot } from '../protocol.ts';
import { element, setAttributes, setText } from './dom.ts';
import { ago, counted, whole } from './format.ts';
import { KeyedList, type RowView } from './keyed-list.ts';
import type { View } from './view.ts';

interface Row {
  readonly row: AsideRow;
  readonly now: number;
  /** What came of trying it again from here. */
  readonly outcome: string;
}

/**
 * Records that were refused or came too late, with what they hold, and buttons to try them again.
 *
 * @param redrive asks the server
 */
export function createAside(
  root: HTMLElement,
  redrive: (request: RedriveRequest) => Promise<RedriveAnswer>,
): View {
  const outcomes = new Map<string, string>();
  let snapshot: Snapshot | undefined;
  let isBusy = false;
  const status = element('p', { class: 'note', attributes: { role: 'status' } });
  const counts = element('span', { class: 'counts' });
  const rows = element('ul', { class: 'rows' });
  const all = element('button', {
    text: 'Redrive all',
    attributes: { type: 'button', title: 'Try every record that waits in the queue again' },
    onClick: () => {
      void tryAgain('all');
    },
  });
  root.append(
    element(
      'div',
      { class: 'panel-head' },
      element('h2', { text: 'Set aside', attributes: { id: 'aside-title' } }),
      counts,
      all,
    ),
    status,
    element(
      'div',
      { class: 'scroll', attributes: { tabindex: '0', role: 'region', 'aria-label': 'Records set aside' } },
      rows,
    ),
  );
  const list = new KeyedList<Row>(
    rows,
    ({ row }) => row.id,
    () => createRow((id) => void tryAgain([id])),
  );

  async function tryAgain(ids: RedriveRequest['ids']): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    setText(status, 'Trying …');
    render();
    try {
      const { tried, accepted, stays } = await redrive({ ids });
      for (const [id, why] of Object.entries(stays)) outcomes.set(id, why);
      setText(
        status,
        `${counted(tried, 'record')} tried again: ${whole(accepted)} accepted, ${whole(tried - accepted)} stay`,
      );
    } catch (error) {
      setText(status, error instanceof Error ? error.message : String(error));
    } finally {
      isBusy = false;
      render();
    }
  }

  function render(): void {
    if (snapshot === undefined) return;
    const { aside, asideCounts, at } = snapshot;
    setText(counts, `${whole(asideCounts.refused)} refused, ${whole(asideCounts.late)} late`);
    all.disabled = isBusy || !aside.some(({ waiting }) => waiting);
    root.dataset.busy = String(isBusy);
    if (status.textContent === '' || status.textContent === NOTHING)
      setText(status, aside.length === 0 ? NOTHING : '');
    status.hidden = status.textContent === '';
    list.update(aside.map((row) => ({ row, now: at, outcome: row.stays ?? outcomes.get(row.id) ?? '' })));
    for (const button of rows.querySelectorAll('button')) button.disabled = isBusy;
  }

  return {
    update: (next) => {
      snapshot = next;
      render();
    },
  };
}

const NOTHING = 'Nothing has been set aside.';

function createRow(redrive: (id: string) => void): RowView<Row> {
  let id = '';
  const badge = element('span', { class: 'badge' });
  const reason = element('span', { class: 'reason' });
  const origin = element('span', { class: 'origin' });
  const data = element('pre');
  const outcome = element('p', { class: 'outcome' });
  const button = element('button', {
    text: 'Redrive',
    attributes: { type: 'button' },
    onClick: () => {
      redrive(id);
    },
  });
  const root = element(
    'li',
    { class: 'aside-row' },
    element('div', { class: 'aside-head' }, badge, reason, button),
    origin,
    outcome,
    element('details', {}, element('summary', { text: 'Data' }), data),
  );
  return {
    root,
    update: ({ row, now, outcome: came }) => {
      ({ id } = row);
      setText(badge, row.kind);
      setAttributes(badge, { 'data-state': row.kind });
      setText(reason, row.reason);
      setText(origin, `${row.origin} · ${ago(row.at, now)}`);
      setText(data, row.data);
      setText(outcome, row.waiting ? (came === '' ? '' : `stays: ${came}`) : 'no longer in the queue');
      outcome.hidden = outcome.textContent === '';
      setAttributes(button, { 'aria-label': `Redrive ${row.id}` });
      button.hidden = !row.waiting;
    },
  };
}
