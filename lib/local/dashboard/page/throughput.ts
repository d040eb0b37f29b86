import type { ThroughputPoint } from '../protocol.ts';
import { Chart } from './chart.ts';
import { element, setAttributes, setText } from './dom.ts';
import { perSecond, whole } from './format.ts';
import type { Line } from './series.ts';
import type { View } from './view.ts';

const SECONDS = 300;

/** The last five minutes as a line that ends now; seconds that nothing is known of have no value. */
export function recentLine(
  points: readonly ThroughputPoint[],
  now: number,
): { readonly times: readonly number[]; readonly lines: readonly Line[] } {
  const recent = points
    .map(({ at, records }) => ({ time: Math.round((at - now) / 1000), records }))
    .filter(({ time }, index, all) => time >= -SECONDS && time > (all[index - 1]?.time ?? -Infinity));
  return {
    times: recent.map(({ time }) => time),
    lines: [{ part: '', values: recent.map(({ records }) => records) }],
  };
}

/** Records a second that the first function has dealt with. */
export function createThroughput(root: HTMLElement): View & { recolour(): void } {
  const value = element('span', { class: 'chart-values' });
  const host = element('div', { class: 'chart', attributes: { role: 'img' } });
  root.append(
    element(
      'div',
      { class: 'panel-head' },
      element('h2', { text: 'Throughput', attributes: { id: 'throughput-title' } }),
      value,
    ),
    host,
  );
  let points: readonly ThroughputPoint[] = [];
  let pointed: number | undefined;
  const chart = new Chart(host, {
    axis: 'ago',
    height: 172,
    onPoint: (index) => {
      pointed = index;
      say();
    },
  });
  const say = (): void => {
    const most = points.reduce((peak, { records }) => Math.max(peak, records), 0);
    const shown = pointed === undefined ? undefined : points[pointed];
    setText(value, shown === undefined ? `peak ${perSecond(most)}` : `${whole(shown.records)} records`);
    setAttributes(host, {
      'aria-label': `Records a second in the last five minutes, at most ${whole(most)}`,
    });
  };
  return {
    update: ({ throughput, at }) => {
      points = throughput;
      chart.draw({ ...recentLine(points, at), range: [-SECONDS, 0] });
      say();
    },
    recolour: () => {
      chart.recolour();
    },
  };
}
