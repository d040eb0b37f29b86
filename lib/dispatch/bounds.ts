import type { Member, Settled } from './group.ts';

// What a group and the notices that it gives by one write may take of its item, which holds 400 KB:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const KB = 1024;
/** What its members may cost, in bytes, by {@link costOf}: some 2,700 of keys of 20 characters. */
export const MOST_OPEN_BYTES = 180 * KB;
/** What the details of members may take, and those of one notice, in bytes. */
export const MOST_DETAIL_BYTES = 40 * KB;
/** Once notices take so much, in bytes, no further one is given by this write. */
export const MOST_NOTICE_BYTES = 48 * KB;
const MOST_SETTLED_BYTES = 16 * KB;
const MOST_SETTLED = 500;

/** Bytes of a text. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** What a member without details takes of its group's item, in bytes: the item is compressed, but times and keys hardly can be. */
export function costOf({ state, turns }: Pick<Member, 'state' | 'turns'>): number {
  return bytesOf(state.key) + 48 + 8 * turns.length;
}

/** As many of the latest settled alerts as there is room for. @param settled versions by key, latest last */
export function latestSettled(settled: ReadonlyMap<string, number>): Settled[] {
  const latest: Settled[] = [];
  let left = MOST_SETTLED_BYTES;
  for (const [key, version] of [...settled].slice(-MOST_SETTLED).reverse()) {
    left -= bytesOf(key) + 16;
    if (left < 0) break;
    latest.push({ key, version });
  }
  return latest.reverse();
}
