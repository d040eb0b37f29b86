import { least, userSequence } from '../fold/sequence.ts';
import type { QuarantineMessage } from './message.ts';
import type { Origin } from './rejection.ts';

/** Sets records aside; rejects if they could not be. */
export type Quarantine = (messages: readonly QuarantineMessage[]) => Promise<void>;

/** What could not be set aside. */
export interface SetAside {
  /** The first record, by sequence number, that may not have been; `undefined` if all were. */
  readonly failedFrom: string | undefined;
  readonly errors: readonly unknown[];
}

// Few enough to be sent within a call or two, so that an invocation that runs out of time has got somewhere.
const AT_ONCE = 100;

/**
 * Sets records aside and says from which on that failed, so that they come again.
 *
 * @param messages in the order of their records
 */
export async function setAside(
  quarantine: Quarantine,
  messages: readonly QuarantineMessage[],
): Promise<SetAside> {
  for (let from = 0; from < messages.length; from += AT_ONCE) {
    try {
      await quarantine(messages.slice(from, from + AT_ONCE));
    } catch (error) {
      const rest = messages.slice(from).map((message) => sequenceOf(message.origin));
      return { failedFrom: rest.reduce(least, undefined), errors: [error] };
    }
  }
  return { failedFrom: undefined, errors: [] };
}

function sequenceOf({ sequence, subSequence }: Origin): string | undefined {
  if (sequence === undefined || subSequence === undefined) return sequence;
  return userSequence(sequence, subSequence);
}
