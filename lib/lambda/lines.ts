/** Puts lines together again from the pieces in which they were written. */
export class Lines {
  readonly #onLine: (line: string) => void;
  #open = '';

  /** @param onLine a line with its line break */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  take(text: string): void {
    const lines = (this.#open + text).split('\n');
    this.#open = lines.pop() ?? '';
    for (const line of lines) this.#onLine(`${line}\n`);
  }

  /** Ends the last line, if there is one that has not been. */
  flush(): void {
    if (this.#open !== '') this.#onLine(`${this.#open}\n`);
    this.#open = '';
  }
}
