import { SingleBar } from 'cli-progress';

/** Of a bar's line: all but the bar itself. */
const BESIDE_BAR = 52;
const WIDEST_BAR = 40;
const USUAL_COLUMNS = 80;

/** Lines and one progress bar on a terminal; on a pipe, lines alone. */
export class Console {
  readonly #out: NodeJS.WriteStream;
  readonly #bar: SingleBar | undefined;
  #total = 0;
  #done = 0;
  #quarter = 0;
  #began = 0;
  #speed = '';

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    const format = '{bar} {percentage} % · {value} of {total} applied · {rate}/s · {speed}';
    this.#bar = out.isTTY
      ? new SingleBar({
          stream: out,
          format,
          barsize: Math.max(1, Math.min(WIDEST_BAR, this.#columns - BESIDE_BAR)),
          barCompleteChar: '█',
          barIncompleteChar: '░',
          hideCursor: true,
        })
      : undefined;
  }

  /** Writes a line; a bar under way moves below it. */
  line(text: string): void {
    if (this.#bar?.isActive === true) this.#out.write('\r\u001b[2K');
    this.#out.write(`${text}\n`);
    this.#bar?.render();
  }

  /** Writes a line that may be of any length: on a terminal, as much of it as there is room for. */
  log(text: string): void {
    const room = this.#columns;
    this.line(this.#bar !== undefined && text.length > room ? `${text.slice(0, room - 1)}…` : text);
  }

  /** Begins a bar for so many records; one that is under way begins again. */
  start(total: number): void {
    this.#bar?.stop();
    this.#total = total;
    this.#done = 0;
    this.#quarter = 0;
    this.#began = performance.now();
    this.#bar?.start(total, 0, { rate: 0, speed: this.#speed });
  }

  /** Shows how fast events are put, beside the bar: `60x`. */
  speed(text: string): void {
    if (text === this.#speed) return;
    this.#speed = text;
    if (this.#bar?.isActive === true) this.#bar.update({ speed: text });
  }

  /** Moves the bar on. */
  advance(by: number): void {
    if (this.#total === 0) return;
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

  get #columns(): number {
    return this.#out.isTTY ? this.#out.columns : USUAL_COLUMNS;
  }
}
