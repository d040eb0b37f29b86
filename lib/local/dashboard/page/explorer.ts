import type { AlertRow, Playback, Snapshot } from '../protocol.ts';
import { findTarget, overlayOf, type AlertOverlay } from './alert-overlay.ts';
import { api, type AggregateAnswer, type AggregateListing } from './api.ts';
import { element, setAttributes, setText } from './dom.ts';
import { parseDuration } from './durations.ts';
import { queryOf, RANGES, resolutionsOf, suitingRange, type Selection } from './explorer-query.ts';
import { counted } from './format.ts';
import { createKeyChooser } from './key-chooser.ts';
import { KeyedList } from './keyed-list.ts';
import type { KeyValues } from './keys.ts';
import { createMeasureCard, type MeasureCard, type MeasureRow } from './measure-card.ts';
import { createPaneTable } from './pane-table.ts';
import { createSelect } from './select.ts';
import { chartPanes, chartSessions, type Charted } from './series.ts';
import type { View } from './view.ts';

/** The charts can be led to a key from elsewhere. */
export interface Explorer extends View {
  /** Shows the key of an alert, where it changed, and what its value is held against. */
  showAlert(row: AlertRow): Promise<void>;
  readonly focusSearch: () => void;
  recolour(): void;
  /** Another stack may be behind the same address: what was read of the one before is forgotten. */
  forget(): void;
}

const LEAST_MS_BETWEEN = 1_000;

/** Every measure of one key over event time; it follows the playback. */
export function createExplorer(root: HTMLElement): Explorer {
  let listings: readonly AggregateListing[] = [];
  let selection: Selection | undefined;
  let playback: Playback | undefined;
  let overlay: AlertOverlay | undefined;
  let focused: AlertRow | undefined;
  let wanted = '';
  let isLoading = false;
  let isDue = false;
  let lastAt = -Infinity;

  const aggregates = createSelect('Aggregate', (name) => {
    void choose(name);
  });
  const resolution = createSelect('Resolution', (chosen) => {
    select({ resolution: chosen });
  });
  const range = createSelect('Range', (chosen) => {
    select({ range: RANGES.find((known) => known === chosen) ?? '1d' });
  });
  const keys = createKeyChooser(
    (key) => {
      leaveAlert();
      select({ key });
    },
    () => {
      void loadKeys();
    },
  );
  const alertChip = element('button', {
    class: 'chip',
    attributes: { type: 'button', title: 'Leave the alert, and follow the event time again' },
    onClick: () => {
      leaveAlert();
      select({});
    },
  });
  alertChip.hidden = true;
  const note = element('p', {
    class: 'note',
    attributes: { role: 'status' },
    text: 'Waiting for the first events …',
  });
  const grid = element('div', { class: 'measures' });
  const cards = new Map<string, MeasureCard>();
  const list = new KeyedList<MeasureRow>(
    grid,
    ({ series }) => series.measure,
    ({ series }) => {
      const card = createMeasureCard(series.measure);
      cards.set(series.measure, card);
      return card;
    },
  );
  const table = createPaneTable();
  root.append(
    element(
      'div',
      { class: 'panel-head' },
      element('h2', { text: 'Aggregates', attributes: { id: 'explorer-title' } }),
      alertChip,
      element('div', { class: 'fields' }, aggregates.root, keys.root, resolution.root, range.root),
    ),
    note,
    grid,
    table.root,
  );

  const listingOf = (name: string): AggregateListing | undefined =>
    listings.find((listing) => listing.name === name);

  function leaveAlert(): void {
    focused = undefined;
    overlay = undefined;
    alertChip.hidden = true;
    if (selection === undefined) return;
    const { around: _, ...rest } = selection;
    selection = rest;
  }

  /** Changes what is looked at; what is not given stays. */
  function select(change: Partial<Selection>): void {
    if (selection === undefined) return;
    selection = { ...selection, ...change };
    const listing = listingOf(selection.aggregate);
    if (listing === undefined) return;
    const offered = resolutionsOf(listing);
    aggregates.set(
      listings.map(({ name }) => name),
      selection.aggregate,
    );
    resolution.set(offered, selection.resolution);
    resolution.root.hidden = offered.length === 0;
    range.set(listing.pane === 'global' ? [] : RANGES, selection.range);
    range.root.hidden = listing.pane === 'global';
    keys.show(selection.key);
    lastAt = -Infinity;
    void refresh();
  }

  /** Goes over to an aggregate, and to the key of it that has most records. */
  async function choose(name: string, key?: KeyValues, around?: number): Promise<void> {
    const listing = listingOf(name);
    if (listing === undefined) return;
    if (around === undefined) leaveAlert();
    const isSame = selection?.aggregate === name;
    selection = {
      aggregate: name,
      key: key ?? {},
      resolution:
        isSame && selection !== undefined ? selection.resolution : (resolutionsOf(listing)[0] ?? ''),
      range: isSame && selection !== undefined ? selection.range : suitingRange(listing),
      ...(around === undefined ? {} : { around }),
    };
    keys.setKeys(listing.key, []);
    await loadKeys();
    select({});
  }

  /** Reads which keys there are; without one so far, the biggest is taken. */
  async function loadKeys(): Promise<void> {
    const asked = selection?.aggregate;
    if (asked === undefined) return;
    try {
      const found = await api.keys(asked);
      if (selection?.aggregate !== asked) return;
      keys.setKeys(found.dimensions, found.keys);
      const [first] = found.keys;
      if (first !== undefined && Object.keys(selection.key).length === 0)
        selection = { ...selection, key: first.values };
      keys.show(selection.key);
    } catch (error) {
      fail(error);
    }
  }

  async function start(): Promise<void> {
    listings = await api.aggregates();
    const [first] = listings;
    if (first === undefined) setText(note, 'The pipeline has no aggregates.');
    else await choose(first.name);
  }

  /** Reads the panes anew; a reading at a time, and not more often than the eye can follow. */
  async function refresh(): Promise<void> {
    if (isLoading || performance.now() - lastAt < LEAST_MS_BETWEEN) {
      isDue = true;
      return;
    }
    isLoading = true;
    isDue = false;
    lastAt = performance.now();
    try {
      if (listings.length === 0) await start();
      await read();
    } catch (error) {
      fail(error);
    } finally {
      isLoading = false;
      // What came meanwhile is read when the time is up, also if no snapshot comes any more.
      setTimeout(() => {
        if (isDue) void refresh();
      }, LEAST_MS_BETWEEN + 50);
    }
  }

  async function read(): Promise<void> {
    if (playback === undefined || selection === undefined) return;
    if (listingOf(selection.aggregate)?.key.length !== 0 && Object.keys(selection.key).length === 0)
      await loadKeys();
    const listing = listingOf(selection.aggregate);
    const query = listing === undefined ? undefined : queryOf(listing, selection, playback);
    if (listing === undefined || query === undefined) {
      setText(note, 'Waiting for the first events …');
      note.hidden = false;
      return;
    }
    wanted = JSON.stringify([listing.name, query]);
    const asked = wanted;
    const answer = await api.aggregate(listing.name, query);
    if (focused !== undefined)
      overlay = overlayOf(await api.history(focused.alert, selection.key), selection.key);
    if (asked === wanted) show(listing, answer, query);
  }

  function show(
    listing: AggregateListing,
    answer: AggregateAnswer,
    query: Readonly<Record<string, string>>,
  ): void {
    const rows = answer.sessions ?? answer.panes ?? [];
    const charted: Charted =
      answer.sessions === undefined
        ? chartPanes(rows, listing.measures, parseDuration(answer.resolution ?? '') ?? 1)
        : chartSessions(rows, listing.measures);
    const { from, to } = query;
    const axis =
      from === undefined || to === undefined
        ? undefined
        : ([Date.parse(from) / 1000, Date.parse(to) / 1000] as const);
    note.hidden = rows.length > 0;
    const what = answer.sessions === undefined ? 'pane' : 'session';
    setText(note, rows.length > 0 ? counted(rows.length, what) : 'No data of this key in this range.');
    list.update(charted.measures.map((series) => ({ series, times: charted.times, range: axis, overlay })));
    for (const name of [...cards.keys()]) if (!(name in listing.measures)) cards.delete(name);
    table.update(Object.keys(listing.measures), rows);
    root.dataset.loaded = 'yes';
    setAttributes(grid, { 'aria-busy': undefined });
  }

  function fail(error: unknown): void {
    note.hidden = false;
    setText(note, error instanceof Error ? error.message : String(error));
  }

  return {
    update: (snapshot: Snapshot) => {
      ({ playback } = snapshot);
      void refresh();
    },
    showAlert: async (row) => {
      try {
        if (listings.length === 0) await start();
        const history = await api.history(row.alert, {});
        const seen = history.find((entry) => entry.value !== undefined)?.value ?? {};
        const target = findTarget(listings, row.key, Object.keys(seen));
        if (target === undefined) return;
        focused = row;
        overlay = overlayOf(history, target.key);
        setText(alertChip, `${row.alert} ✕`);
        alertChip.hidden = false;
        await choose(target.aggregate, target.key, row.at);
      } catch (error) {
        fail(error);
      }
    },
    focusSearch: () => {
      keys.focus();
    },
    recolour: () => {
      for (const card of cards.values()) card.recolour();
    },
    forget: () => {
      listings = [];
      selection = undefined;
      leaveAlert();
    },
  };
}
