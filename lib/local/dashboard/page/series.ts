/** A pane, a session or a running total as the HTTP API gives it. */
export interface ApiPane {
  /** ISO 8601; null of a running total. */
  readonly start: string | null;
  readonly end: string | null;
  readonly final: boolean;
  readonly measures: Readonly<Record<string, unknown>>;
}

/** One line of a chart. */
export interface Line {
  /** What tells it from the other lines of its measure: `p90`, `0 to 15`; empty if there is one line alone. */
  readonly part: string;
  /** A value for each time of the chart; null where there is none. */
  readonly values: readonly (number | null)[];
}

/** A measure as it is shown. */
export interface MeasureSeries {
  readonly measure: string;
  readonly kind: string;
  /** None of a measure whose results are no numbers, as the most frequent texts. */
  readonly lines: readonly Line[];
  /** The youngest result as text. */
  readonly latest: string;
}

/** What a chart of one key shows, each measure by itself. */
export interface Charted {
  /** Seconds since 1970, ascending, as a chart takes them. */
  readonly times: readonly number[];
  readonly measures: readonly MeasureSeries[];
}

/**
 * Turns panes into lines. A measure of several parts, such as quantiles or a histogram, gives a line for each. Where a pane
 * without data was left out, there is a gap of one point, so that no line is drawn across it.
 *
 * @param kinds the measures' kinds by name, as `GET /aggregates` lists them
 * @param resolution ms from one pane to the next
 */
export function chartPanes(
  panes: readonly ApiPane[],
  kinds: Readonly<Record<string, string>>,
  resolution: number,
): Charted {
  const points: { readonly time: number; readonly measures: ApiPane['measures'] | undefined }[] = [];
  for (const { start, measures } of panes) {
    if (start === null) continue;
    const time = Date.parse(start);
    const before = points.at(-1);
    if (before !== undefined && time - before.time > resolution)
      points.push({ time: before.time + resolution, measures: undefined });
    points.push({ time, measures });
  }
  return { times: points.map(({ time }) => time / 1000), measures: seriesOf(points, kinds, panes) };
}

/** Turns sessions into lines: each is level from its start to its end, with a gap after it. */
export function chartSessions(
  sessions: readonly ApiPane[],
  kinds: Readonly<Record<string, string>>,
): Charted {
  const points: { readonly time: number; readonly measures: ApiPane['measures'] | undefined }[] = [];
  for (const { start, end, measures } of sessions) {
    if (start === null || end === null) continue;
    const [from, to] = [Date.parse(start), Date.parse(end)];
    // Times of a chart ascend; a session of one event has no length.
    points.push({ time: from, measures }, { time: Math.max(to, from + 1), measures });
    points.push({ time: Math.max(to, from + 1) + 1, measures: undefined });
  }
  return { times: points.map(({ time }) => time / 1000), measures: seriesOf(points, kinds, sessions) };
}

function seriesOf(
  points: readonly { readonly measures: ApiPane['measures'] | undefined }[],
  kinds: Readonly<Record<string, string>>,
  panes: readonly ApiPane[],
): MeasureSeries[] {
  return Object.entries(kinds).map(([measure, kind]) => {
    const parts = points.map(({ measures }) => numbersOf(measures?.[measure]));
    const names = [...new Set(parts.flatMap((part) => [...part.keys()]))];
    return {
      measure,
      kind,
      lines: names.map((part) => ({ part, values: parts.map((values) => values.get(part) ?? null) })),
      latest: shown(panes.at(-1)?.measures[measure]),
    };
  });
}

/** The numbers in a measure's result, by part. */
export function numbersOf(result: unknown): Map<string, number> {
  if (typeof result === 'number') return new Map([['', result]]);
  if (Array.isArray(result)) return new Map(result.flatMap((bucket: unknown) => bucketOf(bucket)));
  if (!isRecord(result)) return new Map();
  return new Map(
    Object.entries(result).flatMap(([part, value]) => (typeof value === 'number' ? [[part, value]] : [])),
  );
}

/** A bucket of a histogram; the entries of other lists are no lines, as they differ from pane to pane. */
function bucketOf(bucket: unknown): [string, number][] {
  if (!isRecord(bucket) || !('from' in bucket) || !('to' in bucket)) return [];
  const { from, to, count } = bucket;
  return typeof count === 'number' ? [[rangeLabel(from, to), count]] : [];
}

function rangeLabel(from: unknown, to: unknown): string {
  if (typeof from !== 'number') return typeof to === 'number' ? `below ${to}` : 'all';
  return typeof to === 'number' ? `${from} to ${to}` : `from ${from}`;
}

/** A result as text: `12.5`, `p50 2, p90 40`, `ORD 31, ATL 30`; an en dash if there is none. */
export function shown(result: unknown): string {
  if (result === null || result === undefined) return '–';
  if (typeof result === 'number') return shortNumber(result);
  if (typeof result === 'string') return result;
  if (typeof result === 'boolean') return String(result);
  if (Array.isArray(result)) {
    const entries = result.map((entry: unknown) => {
      const [bucket] = bucketOf(entry);
      if (bucket !== undefined) return `${bucket[0]}: ${shortNumber(bucket[1])}`;
      if (!isRecord(entry) || !('value' in entry)) return JSON.stringify(entry);
      const weight = entry.count ?? entry.by;
      return typeof weight === 'number' ? `${shown(entry.value)} ${shortNumber(weight)}` : shown(entry.value);
    });
    return entries.length === 0 ? '–' : entries.join(', ');
  }
  if (!isRecord(result)) return '–';
  const parts = Object.entries(result).map(([part, value]) => `${part} ${shown(value)}`);
  return parts.length === 0 ? '–' : parts.join(', ');
}

function shortNumber(value: number): string {
  return Number.isInteger(value)
    ? value.toLocaleString('en')
    : value.toLocaleString('en', { maximumSignificantDigits: 4 });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
