import { setTimeout as delay } from 'node:timers/promises';
import {
  startEventSourceMapping,
  type EventSourceMappingHandle,
  type EventSourceMappingOptions,
  type MappingChange,
  type ShardStats,
} from '../../lib/esm/index.ts';
import { Checkpoints } from './checkpoints.ts';

const PAUSE_MS = 200;

/** An event source mapping whose engine can die, and another take over from its checkpoints. */
export class Mapping implements EventSourceMappingHandle {
  readonly #options: () => EventSourceMappingOptions;
  readonly #checkpoints = new Checkpoints();
  #engine: EventSourceMappingHandle;

  /** @param options of the next engine; each may have its own settings */
  constructor(options: () => EventSourceMappingOptions) {
    this.#options = options;
    this.#engine = this.#start();
  }

  /**
   * Lets the engine die, whatever it does, and starts another. What was invoked goes on.
   *
   * @param setBack by how many checkpoints the other one begins earlier
   */
  async restart(setBack: number): Promise<void> {
    await this.#engine.stop({ abort: true });
    this.#checkpoints.setBack(setBack);
    for (;;) {
      this.#engine = this.#start();
      try {
        await this.#engine.ready();
        return;
      } catch {
        // The stream is down just now; an engine that cannot list its shards does not go on.
        await delay(PAUSE_MS);
      }
    }
  }

  ready(): Promise<void> {
    return this.#engine.ready();
  }

  drained(): Promise<void> {
    return this.#engine.drained();
  }

  stats(): readonly ShardStats[] {
    return this.#engine.stats();
  }

  get enabled(): boolean {
    return this.#engine.enabled;
  }

  enable(): Promise<void> {
    return this.#engine.enable();
  }

  disable(): Promise<void> {
    return this.#engine.disable();
  }

  update(change: MappingChange): Promise<void> {
    return this.#engine.update(change);
  }

  stop(options?: { readonly abort?: boolean }): Promise<void> {
    return this.#engine.stop(options);
  }

  #start(): EventSourceMappingHandle {
    return startEventSourceMapping({ ...this.#options(), checkpoints: this.#checkpoints });
  }
}
