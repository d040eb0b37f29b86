import type { Quarantined, Rejection } from '../quarantine/rejection.ts';
import { isoTime } from '../time/event-time.ts';
import { windowEvent, type DerivedAggregate, type KeyWindow } from './window-fold.ts';

/** A window that a function of a derived aggregate refuses, as it goes into quarantine: its bytes are the event as JSON. */
export function refusedWindow(
  derived: DerivedAggregate,
  window: KeyWindow,
  rejection: Rejection,
): Quarantined {
  const { from } = derived.derivation;
  const { key, start, end } = window;
  return {
    ...rejection,
    origin: {
      source: from.name,
      key,
      window: `${isoTime(start)}/${isoTime(end)}`,
      refusedBy: derived.name,
    },
    bytes: Buffer.from(JSON.stringify(shown(derived, window))),
  };
}

// What threw may have been a measure's own result, and then there is nothing more to show.
function shown({ derivation }: DerivedAggregate, window: KeyWindow): unknown {
  try {
    return windowEvent(derivation.from, window);
  } catch {
    const { key, start, end } = window;
    return { key, start, end };
  }
}
