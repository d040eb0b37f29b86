import type { Pipeline } from '../../lib/index.ts';
import type { NexmarkEvent } from './events.ts';
import type { Rows } from './rows.ts';

/** A query of Nexmark. */
export interface Query {
  /** Events that it is tried with. */
  readonly over: 'busy' | 'quiet';
  readonly pipeline: Pipeline;
  /** What the pipeline must give, by plain arithmetic over all events at once. */
  readonly expected: (events: readonly NexmarkEvent[]) => Rows;
}
