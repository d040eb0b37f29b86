import { lookBackFrom, sessionsOf, type Session, type SessionAggregate } from '../fold/sessions.ts';
import { paneStart } from '../time/window.ts';
import type { PaneReader } from './port.ts';

/**
 * The sessions of a key that overlap [from, to), in order of time.
 *
 * Where a session begins depends on what came before it for as long as nothing paused. Mostly that is not long: a session's
 * length is read first, and what else there may be only if there was no pause in that.
 *
 * @param from in ms
 * @param to in ms
 */
export async function readSessions(
  panes: Pick<PaneReader, 'readRange'>,
  aggregate: SessionAggregate,
  key: string,
  from: number,
  to: number,
): Promise<Session[]> {
  const { pane, session } = aggregate;
  // A session that ends after `from` has an event after this.
  const since = from - session.gap;
  const near = paneStart(since - session.max, pane);
  const found = await panes.readRange(aggregate, key, near, to + session.max);
  let known = sessionsOf(aggregate, found, near);
  if (known.unknownUntil > from) {
    const far = paneStart(lookBackFrom(session, since), pane);
    known = sessionsOf(aggregate, [...(await panes.readRange(aggregate, key, far, near)), ...found], far);
  }
  return known.sessions.filter(({ start, end }) => start < to && end > from);
}
