import { mergeWindow } from '../alerts/evidence.ts';
import type { PaneReader } from '../alerts/port.ts';
import { readBeside } from '../alerts/read-beside.ts';
import type { AlertState } from '../alerts/state.ts';
import { see, shownOf } from '../alerts/verdict.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { firstWindowEnd, previousWindowEnd, windowStart } from '../time/window.ts';

const MOST_WINDOWS = 24;
// One page of a query, and some 1 MB: a picture is not worth more.
const MOST_PANES = 4_000;

/**
 * The rule's `value` over the last windows of an alert's key, up to the last that ends by `at` (ms); `null` where there is none.
 * `undefined` of a rule that has no `value`, or no windows to look back on.
 *
 * @throws whatever reading or the rule throws
 */
export async function readLastValues(
  panes: Pick<PaneReader, 'readRange'>,
  rule: Alert,
  { key, at }: Pick<AlertState, 'key' | 'at'>,
): Promise<(number | null)[] | undefined> {
  const { aggregate, window } = rule;
  if (rule.value === undefined || rule.of.length > 0 || aggregate.session !== undefined) return undefined;
  const ends = lastEnds(rule, at);
  if (ends.length < 2) return undefined;
  const [from, to] = [windowStart(window, ends[0] ?? at), ends.at(-1) ?? at];
  const [own, beside] = await Promise.all([
    panes.readRange(aggregate, key, from, to),
    readBeside(panes, rule, key, { from, to, memory: undefined }),
  ]);
  return ends.map((end) => {
    const start = windowStart(window, end);
    const accs = mergeWindow(aggregate, own, start, end);
    return accs === undefined ? null : shownOf(rule, see(rule, key, accs, { start, end }, beside));
  });
}

function lastEnds({ aggregate, window }: Alert, at: number): number[] {
  const earliest = at - Math.min(MOST_PANES * aggregate.pane, aggregate.retain);
  const ends: number[] = [];
  const last = previousWindowEnd(window, firstWindowEnd(window, at + 1));
  for (let end = last; ends.length < MOST_WINDOWS; end = previousWindowEnd(window, end)) {
    if (windowStart(window, end) < earliest) break;
    ends.unshift(end);
  }
  return ends;
}
