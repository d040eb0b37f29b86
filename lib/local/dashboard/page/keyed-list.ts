/** What a list shows of one row, kept for as long as the row is there. */
export interface RowView<Row> {
  readonly root: HTMLElement;
  update(row: Row): void;
}

/**
 * Keeps the children of an element in step with rows. The element of a row stays the same one while the row is there, so that
 * focus, selection and what is unfolded stay too.
 */
export class KeyedList<Row> {
  readonly #parent: HTMLElement;
  readonly #keyOf: (row: Row) => string;
  readonly #create: (row: Row) => RowView<Row>;
  readonly #views = new Map<string, RowView<Row>>();

  constructor(parent: HTMLElement, keyOf: (row: Row) => string, create: (row: Row) => RowView<Row>) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#create = create;
  }

  update(rows: readonly Row[]): void {
    const present = new Set(rows.map(this.#keyOf));
    for (const [key, view] of this.#views) {
      if (present.has(key)) continue;
      view.root.remove();
      this.#views.delete(key);
    }
    let at = this.#parent.firstElementChild;
    for (const row of rows) {
      const view = this.#viewOf(row);
      view.update(row);
      if (view.root === at) at = at.nextElementSibling;
      else this.#parent.insertBefore(view.root, at);
    }
  }

  #viewOf(row: Row): RowView<Row> {
    const key = this.#keyOf(row);
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const made = this.#create(row);
    this.#views.set(key, made);
    return made;
  }
}
