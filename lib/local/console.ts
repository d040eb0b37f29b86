import { SingleBar } from 'cli-progress';

/** Lines and one progress bar on a terminal; on a pipe, lines alone. */
export class Console {
  readonly #out: NodeJS.WriteStream;
  readonly #bar: SingleBar | undefined;
  #total = 0;
  #done = 0;
  #quarter = 0;
  #began = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    const format =
      '{bar} {percentage} % · {value} of {total} records applied · {rate}/s · {eta_formatted} left';
    this.#bar = out.isTTY
      ? new SingleBar({ stream: out, format, barCompleteChar: '█', barIncompleteChar: '░', hideCursor: true })
      : undefined;
  }

  /** Writes a line; a bar under way moves below it. */
  line(text: string): void {
    if (this.#bar?.isActive === true) this.#out.write('\r\u001b[2K');
    this.#out.write(`${text}\n`);
    this.#bar?.render();
  }

  start(total: number): void {
    this.#total = total;
    this.#began = performance.now();
    this.#bar?.start(total, 0, { rate: 0 });
  }

  /** Moves the bar on. */
  advance(by: number): void {
    this.#done = Math.min(this.#total, this.#done + by);
    const seconds = (performance.now() - this.#began) / 1000;
    this.#bar?.update(this.#done, { rate: Math.round(this.#done / Math.max(1, seconds)) });
    const quarter = Math.floor((4 * this.#done) / this.#total);
    if (this.#bar === undefined && quarter > this.#quarter) {
      this.#quarter = quarter;
      this.#out.write(`${this.#done} of ${this.#total} records applied\n`);
    }
  }

  finish(): void {
    this.#bar?.stop();
  }
}
