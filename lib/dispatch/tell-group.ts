import type { GroupNews } from './by-group.ts';
import { runGroup, type GroupContext } from './run-group.ts';
import { readUnheard } from './unheard.ts';

/**
 * Hands transitions to their group, and goes on with it up to the watermark. If further ones are on their way to it, as they are
 * when notifying lags behind, it stops at these: who brings the last ones goes on, so that all is told in the order in which it
 * happened.
 *
 * @param watermark in ms
 */
export async function tellGroup(context: GroupContext, news: GroupNews, watermark: number): Promise<void> {
  const { rule, group, transitions } = news;
  const next = await runGroup(context, rule, group, transitions, reached(news, watermark));
  if (next === undefined || next > watermark) return;
  if ((await readUnheard(context, rule, group)).length > 0) return;
  await runGroup(context, rule, group, [], watermark);
}

/** Up to when event time has come by what is told; what was judged early has no time of its own yet. */
function reached({ rule, transitions }: GroupNews, watermark: number): number {
  return Math.max(...transitions.map(({ judged, at }) => (judged === 'early' ? watermark : at + rule.delay)));
}
