import { element } from './dom.ts';
import { eventTime } from './format.ts';
import { shown, type ApiPane } from './series.ts';

const MOST_ROWS = 200;

/** What the charts show, as a table: the youngest panes first. */
export interface PaneTable {
  readonly root: HTMLElement;
  update(measures: readonly string[], panes: readonly ApiPane[]): void;
}

/** The table is filled while it is unfolded. */
export function createPaneTable(): PaneTable {
  const host = element('div', {
    class: 'scroll',
    attributes: { tabindex: '0', role: 'region', 'aria-label': 'Table of panes' },
  });
  const root = element('details', { class: 'pane-table' }, element('summary', { text: 'As a table' }), host);
  let measures: readonly string[] = [];
  let panes: readonly ApiPane[] = [];
  const fill = (): void => {
    if (!root.open) return;
    const rows = panes.slice(-MOST_ROWS).reverse();
    const table = element('table');
    const head = ['Start (UTC)', 'End (UTC)', 'Final', ...measures].map((text) =>
      element('th', { text, attributes: { scope: 'col' } }),
    );
    const body = rows.map(({ start, end, final, measures: results }) =>
      element(
        'tr',
        {},
        element('td', { text: timeOf(start) }),
        element('td', { text: timeOf(end) }),
        element('td', { text: final ? 'yes' : 'no' }),
        ...measures.map((measure) => element('td', { text: shown(results[measure]) })),
      ),
    );
    table.append(element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body));
    host.replaceChildren(table);
  };
  root.addEventListener('toggle', fill);
  return {
    root,
    update: (names, rows) => {
      measures = names;
      panes = rows;
      fill();
    },
  };
}

function timeOf(iso: string | null): string {
  return iso === null ? '–' : eventTime(Date.parse(iso));
}
