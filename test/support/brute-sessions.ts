/** How events are gathered into sessions; all in ms. */
export interface SessionShape {
  readonly pane: number;
  readonly gap: number;
  readonly max: number;
  readonly longestRun: number;
}

/** The events of each session of one key, in plain arithmetic over all of them at once. */
export function bruteSessions<Event>(
  events: readonly Event[],
  timeOf: (event: Event) => number,
  { pane, gap, max, longestRun }: SessionShape,
): Event[][] {
  const found: Event[][] = [];
  let runStart = NaN;
  for (const piece of piecesOf(events, timeOf, { pane, gap })) {
    const [first, last] = [timeOf(piece[0]!), timeOf(piece.at(-1)!)];
    const open = found.at(-1);
    const before = open === undefined ? -Infinity : timeOf(open.at(-1)!);
    const paused = first - before >= gap;
    if (paused) runStart = first;
    const multiple = Math.floor(first / longestRun) * longestRun;
    const endless = multiple > before && runStart <= multiple - longestRun;
    if (open === undefined || paused || endless || last - timeOf(open[0]!) > max) found.push([...piece]);
    else open.push(...piece);
  }
  return found;
}

/** Neighbours of one pane that are less than a gap apart are never taken apart. */
function piecesOf<Event>(
  events: readonly Event[],
  timeOf: (event: Event) => number,
  { pane, gap }: Pick<SessionShape, 'pane' | 'gap'>,
): Event[][] {
  const pieces: Event[][] = [];
  let before = -Infinity;
  for (const event of [...events].sort((a, b) => timeOf(a) - timeOf(b))) {
    const time = timeOf(event);
    const near = time - before < gap && Math.floor(time / pane) === Math.floor(before / pane);
    if (near) pieces.at(-1)?.push(event);
    else pieces.push([event]);
    before = time;
  }
  return pieces;
}
