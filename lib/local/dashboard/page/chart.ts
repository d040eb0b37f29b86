import uPlot from 'uplot';
import type { ChartMark } from './alert-overlay.ts';
import { compact, measured } from './format.ts';
import type { Line } from './series.ts';
import { agoMarks, timeMarks } from './time-axis.ts';

/** What a chart is drawn from. */
export interface ChartData {
  /** Seconds since 1970, or before now; ascending. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  /** Ends of the axis; those of the times, unless given. */
  readonly range?: readonly [from: number, to: number];
  /** What an alert's value is held against. */
  readonly threshold?: number;
  readonly marks?: readonly ChartMark[];
}

export interface ChartOptions {
  readonly axis: 'time' | 'ago';
  readonly height: number;
  /** Charts of one group show the same moment under the pointer. */
  readonly group?: string;
  /** Told of the index under the pointer, or undefined once it is gone. */
  readonly onPoint?: (index: number | undefined) => void;
}

/** As many colours as lines can be told apart by. */
export const SERIES_COLOURS = 6;

/** A chart over time that fits the width of its host and takes its colours from the style sheet. */
export class Chart {
  readonly #host: HTMLElement;
  readonly #options: ChartOptions;
  #plot: uPlot | undefined;
  #shape = '';
  #data: ChartData = { times: [], lines: [] };

  constructor(host: HTMLElement, options: ChartOptions) {
    this.#host = host;
    this.#options = options;
    new ResizeObserver(() => {
      const width = host.clientWidth;
      if (width > 0) this.#plot?.setSize({ width, height: options.height });
    }).observe(host);
  }

  draw(data: ChartData): void {
    this.#data = data;
    const shape = JSON.stringify(data.lines.map(({ part }) => part));
    if (this.#plot !== undefined && shape === this.#shape) {
      this.#plot.setData(aligned(data));
      return;
    }
    this.#shape = shape;
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#settings(data.lines), aligned(data), this.#host);
  }

  /** Draws the same in the colours that now are. */
  recolour(): void {
    this.#plot?.redraw(false, true);
  }

  #settings(lines: readonly Line[]): uPlot.Options {
    const { axis, height, group, onPoint } = this.#options;
    const font = '11px system-ui, sans-serif';
    const grid = { stroke: () => colour('--grid'), width: 1 };
    const common = { stroke: () => colour('--muted'), font, grid, ticks: { show: false } };
    return {
      width: Math.max(120, this.#host.clientWidth),
      height,
      legend: { show: false },
      padding: [8, 12, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      cursor: {
        drag: { x: false, y: false },
        y: false,
        points: { size: 6 },
        ...(group === undefined ? {} : { sync: { key: group } }),
      },
      scales: {
        x: { time: axis === 'time', range: (_, min, max) => this.#rangeX(min, max) },
        y: { range: (_, min, max) => this.#rangeY(min, max) },
      },
      axes: [
        {
          ...common,
          size: 24,
          gap: 4,
          space: 64,
          values: (_, splits, _axis, _space, step) =>
            axis === 'ago' ? agoMarks(splits) : timeMarks(splits, step),
          ...(axis === 'ago' ? { incrs: [10, 30, 60, 120] } : {}),
        },
        { ...common, size: 44, gap: 4, space: 28, values: (_, splits) => splits.map(shortMark) },
      ],
      series: [
        {},
        ...lines.map((line, index) => ({
          label: line.part,
          stroke: () => colour(`--series-${(index % SERIES_COLOURS) + 1}`),
          width: 1.5,
          spanGaps: false,
          ...(lines.length === 1 ? { fill: () => colour('--series-fill') } : {}),
          // A pane between two gaps would be no line at all.
          points: { show: (plot: uPlot, series: number) => isSparse(plot.data[series] ?? []), size: 4 },
        })),
      ],
      hooks: {
        draw: [
          (plot) => {
            this.#annotate(plot);
          },
        ],
        ...(onPoint === undefined
          ? {}
          : {
              setCursor: [
                (plot: uPlot) => {
                  onPoint(plot.cursor.idx ?? undefined);
                },
              ],
            }),
      },
    };
  }

  #rangeX(min: number | null, max: number | null): uPlot.Range.MinMax {
    const [from, to] = this.#data.range ?? [min ?? 0, max ?? 1];
    return from < to ? [from, to] : [from - 1, to + 1];
  }

  #rangeY(min: number | null, max: number | null): uPlot.Range.MinMax {
    const values = [
      ...(min === null ? [] : [min]),
      ...(max === null ? [] : [max]),
      ...(this.#data.threshold === undefined ? [] : [this.#data.threshold]),
      ...(this.#data.marks ?? []).flatMap(({ value }) => value ?? []),
    ];
    if (values.length === 0) return [0, 1];
    const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
    if (least === most) return [0, 1];
    return [least < 0 ? least - (most - least) * 0.06 : 0, most + (most - least) * 0.08];
  }

  #annotate(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { threshold, marks = [] } = this.#data;
    ctx.save();
    ctx.lineWidth = devicePixelRatio;
    if (threshold !== undefined) {
      const y = plot.valToPos(threshold, 'y', true);
      ctx.strokeStyle = colour('--bad');
      ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.setLineDash([]);
    for (const { time, state, value } of marks) {
      const x = plot.valToPos(time, 'x', true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = ctx.fillStyle = colour(state === 'firing' ? '--bad' : '--good');
      ctx.globalAlpha = 0.35;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.globalAlpha = 1;
      if (value === undefined) continue;
      ctx.beginPath();
      ctx.arc(x, plot.valToPos(value, 'y', true), 3.5 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.restore();
  }
}

function aligned({ times, lines }: ChartData): uPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])];
}

function isSparse(values: ArrayLike<number | null | undefined>): boolean {
  return values.length <= 40;
}

function shortMark(value: number): string {
  return Math.abs(value) < 1_000 ? measured(value) : compact(value);
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}
