import type { Pane } from '../fold/pane.ts';
import { quarantineMessages } from '../quarantine/message.ts';
import type { Rejection } from '../quarantine/rejection.ts';
import { contributionOf, contributionRef, storedContribution } from './contribution.ts';
import type { DeriveContext, Place, WindowRef } from './port.ts';
import { refusedWindow } from './refused-window.ts';
import type { KeyWindow } from './window-fold.ts';

/** Others kept making the same window. */
export class DeriveRaceError extends Error {
  override readonly name = 'DeriveRaceError';
}

// One race is lost to each evaluator that makes the window at the same time, and they are as many as the table's stream has
// shards.
const MOST_RACES = 50;

/**
 * Makes a window of the panes that it is of, and puts what it contributes to a derived aggregate in place of what it did
 * before: the same whoever does it and however often, and anew when a pane has changed since.
 *
 * A window has one outcome, written on condition that nobody wrote it since before the panes were read. So the versions of
 * outcomes are in the order in which the panes were read, the latest of them knows all places where the window has ever
 * stood, and a contribution never gives way to one of an earlier version. Whoever stops between the two writes has left a
 * timer, by which the window is made again.
 *
 * @param read reads the window as it is now, from its panes; `undefined` if there is no such window
 * @throws {DeriveRaceError} if others keep making it
 */
export async function makeWindow(
  { store, quarantine }: DeriveContext,
  ref: WindowRef,
  read: () => Promise<KeyWindow | undefined>,
): Promise<void> {
  const { derived } = ref;
  for (let race = 0; race < MOST_RACES; race++) {
    const before = await store.readOutcome(ref);
    const window = await read();
    const version = (before?.version ?? 0) + 1;
    const made = window && checkSize(store, ref, contributionOf(derived, window));
    const refused = made !== undefined && 'reason' in made;
    if (window !== undefined && refused && before?.refused !== true)
      await quarantine(quarantineMessages(refusedWindow(derived, window, made)));
    const pane = refused ? undefined : made;
    const old = (before?.places ?? []).filter((place) => !isSame(place, pane));
    const places = pane === undefined ? old : [...old, { key: pane.key, start: pane.start }];
    if (!(await store.writeOutcome(ref, { places, refused }, before?.version))) continue;
    for (const place of places) {
      const contribution = storedContribution(ref, isSame(place, pane) ? pane : undefined, version);
      await store.putContribution(contributionRef(ref, place), contribution);
    }
    return;
  }
  throw new DeriveRaceError(
    `a window of ${derived.derivation.from.name} for ${derived.name} was made by others ${MOST_RACES} times meanwhile`,
  );
}

function isSame({ key, start }: Place, pane: Pane | undefined): boolean {
  return pane?.key === key && pane.start === start;
}

function checkSize(store: DeriveContext['store'], ref: WindowRef, made: Pane | Rejection): Pane | Rejection {
  if ('reason' in made) return made;
  if (!store.isTooLarge(contributionRef(ref, made), storedContribution(ref, made, 1))) return made;
  return {
    reason: 'pane-too-large',
    detail: `what it adds to ${ref.derived.name} is over DynamoDB's 400 KB an item; take measures of bounded size`,
  };
}
