import { once } from 'node:events';
import type { Writable } from 'node:stream';

const BLOCK_CHARS = 1 << 16;

/** Writes text to a stream in large blocks: a call per line would cost more than making the line. */
export class BufferedWriter {
  readonly #stream: Writable;
  #text = '';
  #error: Error | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error) => (this.#error = error));
  }

  /** @throws what the stream failed with, such as EPIPE once its reader has gone */
  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= BLOCK_CHARS) this.#flush();
  }

  /** Writes what is left, and waits until the stream has taken all of it. */
  async end(): Promise<void> {
    this.#flush();
    if (this.#stream.writableNeedDrain)
      await Promise.race([once(this.#stream, 'drain'), once(this.#stream, 'close')]);
    if (this.#error !== undefined) throw this.#error;
  }

  #flush(): void {
    if (this.#error !== undefined) throw this.#error;
    this.#stream.write(this.#text);
    this.#text = '';
  }
}
