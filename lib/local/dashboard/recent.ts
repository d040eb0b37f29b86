/** The youngest of many things; those before them are forgotten. */
export class Recent<T> {
  readonly #most: number;
  #items: T[] = [];
  #listed: readonly T[] | undefined;

  /** @param most how many are kept */
  constructor(most: number) {
    this.#most = most;
  }

  add(item: T): void {
    this.#items.push(item);
    this.#listed = undefined;
    // Cut by halves, so that it costs next to nothing each time.
    if (this.#items.length >= 2 * this.#most) this.#items = this.#items.slice(-this.#most);
  }

  /** The youngest first. The same array for as long as nothing is added. */
  list(): readonly T[] {
    this.#listed ??= this.#items.slice(-this.#most).reverse();
    return this.#listed;
  }
}
