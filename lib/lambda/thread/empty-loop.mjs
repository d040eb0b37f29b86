/** Tells, once, when nothing is left to do: no timer, no socket, no file operation. */
export class EmptyLoop {
  #listener;

  constructor() {
    process.on('beforeExit', () => {
      const listener = this.#listener;
      this.#listener = undefined;
      listener?.();
    });
  }

  /** @param {(() => void) | undefined} listener takes the place of the one before; it must make something to do */
  listen(listener) {
    this.#listener = listener;
  }
}
