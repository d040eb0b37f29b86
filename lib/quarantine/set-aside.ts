import { least } from '../fold/sequence.ts';
import type { QuarantineMessage } from './message.ts';

/** Sets records aside; rejects if they could not be. */
export type Quarantine = (messages: readonly QuarantineMessage[]) => Promise<void>;

/** What could not be set aside. */
export interface SetAside {
  /** The first record, by sequence number, that may not have been; `undefined` if all were. */
  readonly failedFrom: string | undefined;
  readonly errors: readonly unknown[];
}

/** Sets records aside and says from which on that failed, so that they come again. */
export async function setAside(
  quarantine: Quarantine,
  messages: readonly QuarantineMessage[],
): Promise<SetAside> {
  if (messages.length === 0) return { failedFrom: undefined, errors: [] };
  try {
    await quarantine(messages);
    return { failedFrom: undefined, errors: [] };
  } catch (error) {
    const failedFrom = messages.map((message) => message.origin.sequence).reduce(least, undefined);
    return { failedFrom, errors: [error] };
  }
}
