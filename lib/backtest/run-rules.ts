import type { Notice } from '../dispatch/notice.ts';
import type { QuarantineMessage } from '../quarantine/message.ts';
import { runReplay, type Counts, type RunOptions } from '../replay/run.ts';
import { Episodes, type Episode } from './episode.ts';

/** What a pipeline's rules make of a recording. */
export interface RulesRun {
  readonly episodes: readonly Episode[];
  readonly notices: readonly Notice[];
  readonly counts: Counts;
  /** When the recording begins and ends, to a pane of the finest aggregate, in ms; infinity if nothing is in it. */
  readonly from: number;
  readonly to: number;
}

/** Replays a recording for its alerts and notices. @param aside takes records that are set aside */
export async function runRules(
  options: Omit<RunOptions, 'sink'>,
  aside: (message: QuarantineMessage) => void,
): Promise<RulesRun> {
  const episodes = new Episodes();
  const notices: Notice[] = [];
  const finest = options.pipeline.aggregates.reduce((least, one) => (one.pane < least.pane ? one : least));
  let [from, to] = [Infinity, -Infinity];
  const counts = await runReplay({
    ...options,
    sink: {
      pane: ({ aggregate, start, end }) => {
        if (aggregate !== finest || end === Infinity) return;
        from = Math.min(from, start);
        to = Math.max(to, end);
      },
      alert: (transition) => {
        episodes.add(transition);
      },
      notice: (notice) => notices.push(notice),
      aside,
    },
  });
  return { episodes: episodes.list(), notices, counts, from, to: Math.max(to, options.until ?? -Infinity) };
}
