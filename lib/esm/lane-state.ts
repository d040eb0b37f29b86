import type { TumblingWindow } from './tumbling-window.ts';
import { MAXIMUM_STATE_BYTES, stateBytes } from './tumbling-window.ts';

/** How far one lane of a shard has come. */
export class LaneState {
  /** From 0. */
  readonly index: number;
  /** The last record of the lane that was dealt with. */
  through: string | undefined;
  #window: TumblingWindow | undefined;
  #bytes = 0;

  constructor(index: number) {
    this.index = index;
  }

  /** The window that is open, if one is. */
  get window(): TumblingWindow | undefined {
    return this.#window;
  }

  set window(window: TumblingWindow | undefined) {
    this.#bytes = window ? stateBytes(window.state) : 0;
    this.#window = window;
  }

  /** Of the open window's state, as JSON in UTF-8. */
  get stateBytes(): number {
    return this.#bytes;
  }

  /** Whether the window has to end early. */
  get isStateTooLarge(): boolean {
    return this.#bytes > MAXIMUM_STATE_BYTES;
  }
}
