import { generate } from './generate.ts';
import type { NexmarkEvent } from './events.ts';

/** Eight busy minutes: a hundred events a second, up to 4 s late. */
export const busy = (): NexmarkEvent[] =>
  generate({ seed: 1, events: 50_000, from: Date.UTC(2024, 0, 1, 12), every: 10, outOfOrder: 4_000 });

/** Three quiet days: an event every five seconds, up to a minute late. */
export const quiet = (): NexmarkEvent[] =>
  generate({ seed: 2, events: 50_000, from: Date.UTC(2024, 0, 1), every: 5_000, outOfOrder: 60_000 });
