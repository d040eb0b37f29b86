import type { GroupNews } from './by-group.ts';
import { runGroup, type GroupContext } from './run-group.ts';
import { readUnheard } from './unheard.ts';

// A tick comes every minute, and takes event time as far.
const BACKLOG = 300_000;

/**
 * Hands transitions to their group, and goes on with it up to the watermark. It stops at these if further ones are on their way to
 * it, as they are when notifying lags behind, or may be still to come, as they are while a backlog is judged: then all is told in
 * the order in which it happened, and the group's timer sees to the rest.
 *
 * @param watermark in ms
 */
export async function tellGroup(context: GroupContext, news: GroupNews, watermark: number): Promise<void> {
  const { rule, group, transitions } = news;
  const heard = reached(news, watermark);
  const next = await runGroup(context, rule, group, transitions, heard);
  if (next === undefined || next > watermark || watermark - heard > BACKLOG) return;
  if ((await readUnheard(context, rule, group)).length > 0) return;
  await runGroup(context, rule, group, [], watermark);
}

/** Up to when event time has come by what is told; what was judged early has no time of its own yet. */
function reached({ rule, transitions }: GroupNews, watermark: number): number {
  return Math.max(...transitions.map(({ judged, at }) => (judged === 'early' ? watermark : at + rule.delay)));
}
