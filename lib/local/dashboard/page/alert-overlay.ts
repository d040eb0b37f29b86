import type { AggregateListing, ApiTransition } from './api.ts';
import type { KeyValues } from './keys.ts';
import { parseKey } from './keys.ts';

/** A change of an alert. */
export interface ChartMark {
  readonly time: number;
  readonly state: 'firing' | 'resolved';
  /** What the rule saw; undefined if it has no number. */
  readonly value: number | undefined;
}

/** An alert over the charts of its key: where it changed, and what its value was held against. */
export interface AlertOverlay {
  /** The measure that the rule's value is of; undefined if it is none of the aggregate's. */
  readonly measure: string | undefined;
  readonly threshold: number | undefined;
  readonly unit: string;
  readonly marks: readonly ChartMark[];
}

/** Finds the aggregate and key that an alert is about: one with these dimensions, and with the measures that the rule saw. */
export function findTarget(
  listings: readonly AggregateListing[],
  key: string,
  seen: readonly string[] = [],
): { readonly aggregate: string; readonly key: KeyValues } | undefined {
  const fitting = listings.flatMap((listing) => {
    const values = parseKey(key, listing.key);
    return values === undefined ? [] : [{ listing, values }];
  });
  const best =
    fitting.find(({ listing }) => seen.length > 0 && seen.every((name) => name in listing.measures)) ??
    fitting[0];
  return best === undefined ? undefined : { aggregate: best.listing.name, key: best.values };
}

/** What of an alert's history is drawn; only what happened to one key. */
export function overlayOf(history: readonly ApiTransition[], key: KeyValues): AlertOverlay {
  const own = history.filter(
    (entry) =>
      entry.type === 'transition' &&
      Object.entries(key).every(([dimension, value]) => entry.key[dimension] === value),
  );
  const shown = own.find((entry) => entry.shown !== undefined);
  const measured = own.find(({ shown, value }) => shown?.value != null && value !== undefined);
  const measure = Object.entries(measured?.value ?? {}).find(
    ([, value]) => typeof value === 'number' && value === measured?.shown?.value,
  )?.[0];
  return {
    measure,
    threshold: shown?.shown?.threshold ?? undefined,
    unit: shown?.shown?.unit ?? '',
    marks: own.flatMap(({ state, at, shown: its }) =>
      state === 'firing' || state === 'resolved'
        ? [{ time: Date.parse(at) / 1000, state, value: its?.value ?? undefined }]
        : [],
    ),
  };
}
