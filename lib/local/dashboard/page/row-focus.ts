/** Lets the arrow keys, Home and End move the focus from row to row; one row at a time is in the order of the Tab key. */
export function walkRows(container: HTMLElement, selector: string): void {
  const rows = (): HTMLElement[] => [...container.querySelectorAll<HTMLElement>(selector)];
  container.addEventListener('keydown', (event) => {
    const all = rows();
    const at = all.findIndex((row) => row === event.target);
    if (at === -1) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    const next = to === undefined ? undefined : all[to];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  });
  container.addEventListener('focusin', (event) => {
    const all = rows();
    if (!all.some((row) => row === event.target)) return;
    for (const row of all) row.tabIndex = row === event.target ? 0 : -1;
  });
}

/** Sees to it that one row can be reached, after rows have come or gone. */
export function keepReachable(container: HTMLElement, selector: string): void {
  const rows = [...container.querySelectorAll<HTMLElement>(selector)];
  if (rows.some((row) => row.tabIndex === 0)) return;
  const [first] = rows;
  if (first !== undefined) first.tabIndex = 0;
}
