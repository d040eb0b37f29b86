import type { PaneReader } from '../alerts/port.ts';
import type { AlertState } from '../alerts/state.ts';
import { byGroup } from '../dispatch/by-group.ts';
import type { Notice } from '../dispatch/notice.ts';
import type { HistoryEntry, HistoryStore } from '../dispatch/port.ts';
import type { GroupContext } from '../dispatch/run-group.ts';
import { silencesOnce } from '../dispatch/silences-once.ts';
import { tellGroup } from '../dispatch/tell-group.ts';
import { quarantineMessages } from '../quarantine/message.ts';
import type { Quarantine } from '../quarantine/set-aside.ts';
import { concurrently } from '../store/concurrently.ts';
import { OutOfTimeError } from '../store/retry.ts';
import { readAlertChange, type AlertNews } from './alert-changes.ts';
import type { PartialBatchResponse } from './response.ts';
import { decodeStreamEvent } from './stream-records.ts';

/** What the notify handler works with. */
export interface NotifyContext extends GroupContext {
  readonly panes: Pick<PaneReader, 'readWatermark'>;
  readonly history: Pick<HistoryStore, 'add'>;
  /** Puts a notice into words and publishes it; rejects if it was not taken. */
  readonly publish: (notice: Notice) => Promise<void>;
  readonly quarantine: Quarantine;
  /** Groups run at once. */
  readonly concurrency: number;
  /** Whether there is time for another group or message; once it says no, what is left is reported as failed. */
  readonly mayGoOn: () => boolean;
}

/** What an invocation did, for logs and metrics. */
export interface NotifyReport {
  readonly response: PartialBatchResponse;
  readonly published: readonly Notice[];
  readonly quarantined: number;
  readonly errors: readonly unknown[];
}

/** A change that could not be dealt with, by its place in the batch. */
interface Failure {
  readonly place: number;
  readonly error: unknown;
}

/**
 * Deals with a batch of changes of the alerts table. Transitions of alerts are handed to their groups, which decide what is told
 * of them, when, and write that; the notices that groups have written are published, in order. All of it is kept as history.
 *
 * All groups are run, whatever becomes of the others. Nothing is published from the first change on that could not be dealt with:
 * that one is reported, and it all comes again from there. So a group's notices stay in order, and a message that could not be
 * sent makes no others come twice. One that does come twice has the id that it had.
 *
 * Of a rule that has left the pipeline nothing more is told: nobody judges its alerts any more. What its groups had written is
 * published.
 */
export async function handleNotify(context: NotifyContext, event: unknown): Promise<NotifyReport> {
  const { changes, quarantined } = decodeStreamEvent(event);
  const news = changes.map(readAlertChange);
  const broken = news.flatMap((one) => one.broken ?? []);
  const aside = [...quarantined, ...broken];
  if (aside.length > 0) await context.quarantine(aside.flatMap(quarantineMessages));
  const failures = await tellGroups(context, news);
  const failed = failures.reduce<Failure | undefined>(earlier, undefined);
  const { published, failure } = await publishAll(context, news.slice(0, failed?.place));
  const first = failure ?? failed;
  const sequence = first && news[first.place]?.sequence;
  return {
    published,
    quarantined: aside.length,
    errors: [...(failure === undefined ? [] : [failure]), ...failures].map(({ error }) => error),
    response: { batchItemFailures: sequence === undefined ? [] : [{ itemIdentifier: sequence }] },
  };
}

function earlier(one: Failure | undefined, other: Failure): Failure {
  return one === undefined || other.place < one.place ? other : one;
}

/** Hands transitions to their groups, then to history: what people are told is more urgent. */
async function tellGroups(context: NotifyContext, news: readonly AlertNews[]): Promise<Failure[]> {
  const places = new Map<AlertState, number>();
  for (const [place, { transitions }] of news.entries()) {
    for (const state of transitions) places.set(state, place);
  }
  const transitions = [...places.keys()];
  const failures: Failure[] = [];
  if (transitions.length === 0) return failures;
  const failedAt = (error: unknown, [first]: readonly AlertState[]): void => {
    failures.push({ error, place: (first && places.get(first)) ?? 0 });
  };
  try {
    const watermark = await context.panes.readWatermark();
    const once = { ...context, dispatching: silencesOnce(context.dispatching) };
    await concurrently(byGroup(context.pipeline, transitions), context.concurrency, async (group) => {
      try {
        checkTime(context);
        await tellGroup(once, group, watermark);
      } catch (error) {
        failedAt(error, group.transitions);
      }
    });
    await context.history.add(transitions.map((state) => ({ type: 'transition', at: state.at, state })));
  } catch (error) {
    failedAt(error, transitions);
  }
  return failures;
}

interface Published {
  readonly published: readonly Notice[];
  readonly failure: Failure | undefined;
}

/** Publishes notices in order, up to the first that fails. */
async function publishAll(context: NotifyContext, news: readonly AlertNews[]): Promise<Published> {
  const published: Notice[] = [];
  for (const [place, { notices }] of news.entries()) {
    if (notices.length === 0) continue;
    try {
      checkTime(context);
      await context.history.add(notices.map(entryOf));
      for (const notice of notices) {
        checkTime(context);
        await context.publish(notice);
        published.push(notice);
      }
    } catch (error) {
      return { published, failure: { place, error } };
    }
  }
  return { published, failure: undefined };
}

function entryOf(notice: Notice): HistoryEntry {
  return { type: 'notice', at: notice.at, notice };
}

function checkTime({ mayGoOn }: NotifyContext): void {
  if (!mayGoOn()) throw new OutOfTimeError('the invocation ran out of time');
}
