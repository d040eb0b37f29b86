import type { AlertOverlay } from './alert-overlay.ts';
import { Chart, SERIES_COLOURS } from './chart.ts';
import { element, setAttributes, setText } from './dom.ts';
import { eventTime, measured } from './format.ts';
import type { RowView } from './keyed-list.ts';
import type { MeasureSeries } from './series.ts';

/** A measure with the times of its chart. */
export interface MeasureRow {
  readonly series: MeasureSeries;
  readonly times: readonly number[];
  readonly range: readonly [from: number, to: number] | undefined;
  readonly overlay: AlertOverlay | undefined;
}

/** A card can be painted anew in other colours. */
export interface MeasureCard extends RowView<MeasureRow> {
  recolour(): void;
}

/** One measure: its chart, or where its results are no numbers, the youngest one as text. */
export function createMeasureCard(name: string): MeasureCard {
  const title = element('h3', { text: name });
  const kind = element('span', { class: 'kind' });
  const values = element('span', { class: 'chart-values' });
  const host = element('div', { class: 'chart', attributes: { role: 'img' } });
  const text = element('p', { class: 'latest' });
  const root = element(
    'article',
    { class: 'measure', attributes: { 'data-measure': name } },
    element('div', { class: 'measure-head' }, title, kind, values),
    host,
    text,
  );
  let row: MeasureRow | undefined;
  let pointed: number | undefined;
  let chart: Chart | undefined;
  const say = (): void => {
    if (row === undefined) return;
    const { series, times, overlay } = row;
    const at = pointed ?? times.length - 1;
    const entries = series.lines.map(({ part, values: own }, index) => {
      const value = own[at];
      const swatch = element('i', { class: `swatch series-${(index % SERIES_COLOURS) + 1}` });
      const shown = `${part === '' ? '' : `${part} `}${value == null ? '–' : measured(value)}`;
      return element('span', {}, ...(series.lines.length > 1 ? [swatch] : []), shown);
    });
    const time = times[at];
    const moment = pointed === undefined || time === undefined ? '' : eventTime(time * 1000).slice(5);
    const limit =
      overlay?.threshold === undefined || overlay.measure !== name || pointed !== undefined
        ? ''
        : `limit ${measured(overlay.threshold)} ${overlay.unit}`.trim();
    values.replaceChildren(
      ...(moment === '' ? [] : [element('span', { class: 'moment', text: moment })]),
      ...(limit === '' ? [] : [element('span', { class: 'limit', text: limit })]),
      ...entries,
    );
  };
  return {
    root,
    update: (next) => {
      row = next;
      const { series, times, range, overlay } = next;
      const isChart = series.lines.length > 0 && times.length > 0;
      setText(kind, series.kind);
      host.hidden = !isChart;
      text.hidden = isChart;
      setAttributes(root, { 'data-ruled': overlay?.measure === name ? 'yes' : undefined });
      if (isChart) {
        const own = overlay?.measure === name ? overlay : undefined;
        chart ??= new Chart(host, {
          axis: 'time',
          height: 148,
          group: 'explorer',
          onPoint: (index) => {
            pointed = index;
            say();
          },
        });
        chart.draw({
          times,
          lines: series.lines,
          ...(range === undefined ? {} : { range }),
          ...(own?.threshold === undefined ? {} : { threshold: own.threshold }),
          marks: (overlay?.marks ?? []).map((mark) =>
            own === undefined ? { ...mark, value: undefined } : mark,
          ),
        });
        setAttributes(host, {
          'aria-label': `${name} over time, ${times.length} points, the last one ${series.latest}`,
        });
        say();
      } else {
        values.replaceChildren();
        setText(text, series.latest);
      }
    },
    recolour: () => {
      chart?.recolour();
    },
  };
}
