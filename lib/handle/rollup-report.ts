import { keyRecord } from '../fold/key.ts';
import type { Compacted, RollupContext, TierPane } from '../rollup/port.ts';
import { isoTime } from '../time/event-time.ts';
import { logger, metrics } from './observe.ts';

/** What an invocation did to the tiers' panes, for logs and metrics. */
export class RollupReport {
  readonly #counts = new Map<Compacted, number>();

  /** Takes note of a pane; one that is not what its data imply is logged by its name. */
  readonly tell: NonNullable<RollupContext['onCompacted']> = (pane, outcome) => {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
    if (outcome === 'kept')
      logger.warn('a pane changed after its rollup began to outlive it, and is not in it', nameOf(pane));
    if (outcome === 'too large') logger.warn('a rollup is more than an item holds', nameOf(pane));
  };

  /** Emits the counts. */
  emit(): void {
    metrics({
      RollupsMade: this.#counts.get('made') ?? 0,
      RollupsBeyondRetention: this.#counts.get('kept') ?? 0,
      RollupsTooLarge: this.#counts.get('too large') ?? 0,
    });
  }
}

function nameOf({ tier, key, start }: TierPane): Readonly<Record<string, unknown>> {
  const { aggregate, name } = tier;
  return { aggregate: aggregate.name, tier: name, key: keyRecord(aggregate, key), pane: isoTime(start) };
}
