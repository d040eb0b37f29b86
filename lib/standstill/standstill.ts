import type { StoredLane } from '../store/port.ts';
import { silentWatermark } from '../time/watermark.ts';

/**
 * What a standstill of all lanes means: how far event time is (ms), given the lanes and how far they say it is. That, or further.
 */
export type Standstill = (lanes: readonly StoredLane[], reached: number) => Promise<number>;

/** What it takes to tell silence. */
export interface StandstillOptions {
  readonly pipeline: { readonly maxOutOfOrderness: number; readonly silentAfter: number };
  /** The wall clock, in ms. */
  readonly now: () => number;
  /** Whether records wait in the streams that the lanes have not come to. It is asked only if the lanes are silent. */
  readonly hasUnread: (lanes: readonly StoredLane[]) => Promise<boolean>;
  /** Told of what kept it from asking: then nothing is taken for silence. */
  readonly onError: (error: unknown) => void;
}

/**
 * Lets event time go on with the clock while the streams say nothing. Lanes that stand still while records wait for them are
 * not silent but behind: event time waits for these records.
 *
 * @example new DynamoPaneReader({ client, table, pipeline, standstill: standstillByClock({ pipeline, now: Date.now, … }) })
 */
export function standstillByClock({ pipeline, now, hasUnread, onError }: StandstillOptions): Standstill {
  return async (lanes, reached) => {
    const watermark = silentWatermark(lanes, pipeline, now());
    if (watermark <= reached) return reached;
    try {
      return (await hasUnread(lanes)) ? reached : watermark;
    } catch (error) {
      onError(error);
      return reached;
    }
  };
}
