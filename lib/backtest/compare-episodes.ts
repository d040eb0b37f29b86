import { groupBy } from '../collect/group-by.ts';
import type { Episode } from './episode.ts';

/** What becomes of an episode by a change of the rules. */
export type EpisodeChange =
  | { readonly type: 'added'; readonly before: undefined; readonly after: Episode }
  | { readonly type: 'removed'; readonly before: Episode; readonly after: undefined }
  | { readonly type: 'changed' | 'same'; readonly before: Episode; readonly after: Episode };

/**
 * Lays episodes beside those that another version of the rules gives: of an alert and key, those that overlap are the same
 * one, each the first that is left.
 *
 * @param before by start, as are those `after`
 * @returns by start
 */
export function compareEpisodes(before: readonly Episode[], after: readonly Episode[]): EpisodeChange[] {
  const [old, now] = [byKey(before), byKey(after)];
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((name) =>
    pair(old.get(name) ?? [], now.get(name) ?? []),
  );
  return changes.sort((a, b) => startOf(a) - startOf(b));
}

function pair(before: readonly Episode[], after: readonly Episode[]): EpisodeChange[] {
  const changes: EpisodeChange[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [old, now] = [before[i], after[j]];
    if (old === undefined && now === undefined) return changes;
    if (old !== undefined && now !== undefined && overlap(old, now)) {
      changes.push({ type: isSame(old, now) ? 'same' : 'changed', before: old, after: now });
      i++;
      j++;
    } else if (now === undefined || (old !== undefined && old.from < now.from)) {
      if (old !== undefined) changes.push({ type: 'removed', before: old, after: undefined });
      i++;
    } else {
      changes.push({ type: 'added', before: undefined, after: now });
      j++;
    }
  }
}

// One that begins when another ends is another one.
function overlap(a: Episode, b: Episode): boolean {
  return a.from === b.from || (a.from < (b.to ?? Infinity) && b.from < (a.to ?? Infinity));
}

function isSame(a: Episode, b: Episode): boolean {
  return a.from === b.from && a.to === b.to && a.severity === b.severity;
}

function byKey(episodes: readonly Episode[]): Map<string, Episode[]> {
  return groupBy(episodes, ({ alert, key }) => `${alert}|${key}`);
}

function startOf({ before, after }: EpisodeChange): number {
  return Math.min(before?.from ?? Infinity, after?.from ?? Infinity);
}
