import type { Outcome, Place, StoredOutcome, WindowRef } from '../derive/port.ts';
import { isoTime } from '../time/event-time.ts';
import type { ItemKey } from './keys.ts';
import { expiresAt, numberOf, type Item } from './pane-item.ts';

// An outcome outlives what it knows of: TTL deletes items some days after they have expired, and in any order.
const LONGER_MS = 7 * 86_400_000;

/** Key of the item that says what became of a window. Its partition is that of no pane: those begin with an aggregate's name. */
export function outcomeItemKey({ derived, key, start }: WindowRef): ItemKey {
  return { pk: `#windows|${derived.name}|${key}`, sk: isoTime(start) };
}

/**
 * The item of a window's outcome.
 *
 * Attributes: `v` version, `places` each a pane's start and key, `refused` (absent if it is not), `expires` seconds since 1970.
 *
 * @param now wall clock in ms
 */
export function outcomeItem(
  window: WindowRef,
  { places, refused }: Outcome,
  version: number,
  now: number,
): Item {
  const { pk, sk } = outcomeItemKey(window);
  const start = Math.max(window.start, ...places.map((place) => place.start));
  const expires = expiresAt({ aggregate: window.derived, start }, now) + LONGER_MS;
  return {
    pk: { S: pk },
    sk: { S: sk },
    v: { N: String(version) },
    places: { L: places.map((place) => ({ S: `${isoTime(place.start)}|${place.key}` })) },
    ...(refused ? { refused: { BOOL: true } } : {}),
    expires: { N: String(Math.ceil(expires / 1000)) },
  };
}

/** Reads a window's outcome. @throws {ItemError} if the item is not one that weir wrote */
export function readOutcomeItem(item: Item): StoredOutcome {
  return {
    version: numberOf(item, 'v'),
    places: (item.places?.L ?? []).map(({ S: text = '' }) => readPlace(text)),
    refused: item.refused?.BOOL === true,
  };
}

function readPlace(text: string): Place {
  const cut = text.indexOf('|');
  return { key: text.slice(cut + 1), start: Date.parse(text.slice(0, cut)) };
}
