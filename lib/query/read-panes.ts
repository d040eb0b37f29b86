import type { MergedPane } from '../alerts/evidence.ts';
import type { PaneReader } from '../alerts/port.ts';
import type { Aggregate } from '../pipeline/pipeline.ts';
import type { Tier } from '../rollup/tier.ts';
import { MOST_PANES } from './params.ts';
import { lastTogether, panesWithin, tiersWithin, uncovered, type Range } from './plan.ts';
import { QueryError } from './problem.ts';

// To read so many panes that are not wanted takes about as long as another request.
const PASSED_OVER = 500;

/**
 * Reads the panes of a key for a resolution, each moment of the range in the coarsest tier that has it: where that has no
 * item, be it that it is not made yet, has expired or there are no data, the next finer tier is asked.
 *
 * @param range from and to are multiples of the resolution
 * @param resolution in ms
 * @returns panes of all tiers, in order; none overlaps another
 * @throws {QueryError} if they are more than a request may read
 */
export async function readPanes(
  reader: PaneReader,
  aggregate: Aggregate,
  key: string,
  range: Range,
  resolution: number,
): Promise<MergedPane[]> {
  const found: MergedPane[] = [];
  let gaps: readonly Range[] = [range];
  for (const tier of [...tiersWithin(aggregate, resolution), undefined]) {
    const read = new SparseRead(reader, { aggregate, key, tier, most: MOST_PANES - found.length });
    const panes = await read.read(gaps);
    for (const pane of panes) found.push(pane);
    gaps = uncovered(
      gaps,
      panes.map(({ start }) => start),
      read.pane,
    );
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Reads ranges of one tier that are many where a key has few data. */
class SparseRead {
  /** Length of the tier's panes in ms. */
  readonly pane: number;
  readonly #reader: PaneReader;
  readonly #what: { aggregate: Aggregate; key: string; tier: Tier | undefined; most: number };

  constructor(
    reader: PaneReader,
    what: { aggregate: Aggregate; key: string; tier: Tier | undefined; most: number },
  ) {
    this.#reader = reader;
    this.#what = what;
    this.pane = (what.tier ?? what.aggregate).pane;
  }

  /**
   * Reads ranges from the last to the first, some of them in one request. What lies between them was found in a coarser tier,
   * and is passed over. Where the finer tier no longer has that, it has expired, as has what is older: so each request reaches
   * twice as far back as the one before, until there is something to be passed over. Thus neither many ranges nor a long
   * time without data take many requests, and hardly more is read than is wanted.
   */
  async read(ranges: readonly Range[]): Promise<MergedPane[]> {
    const pieces: MergedPane[][] = [];
    let left = this.#what.most;
    let rest = ranges;
    for (let reach = PASSED_OVER; rest.length > 0;) {
      const together = lastTogether(rest, reach * this.pane);
      rest = rest.slice(0, rest.length - together.length);
      const read = await this.#readAcross(together, left + reach);
      const wanted = panesWithin(read, together);
      left -= wanted.length;
      if (left < 0) throw tooMany(this.#what.aggregate);
      pieces.push(wanted);
      reach = wanted.length < read.length ? PASSED_OVER : 2 * reach;
    }
    return pieces.reverse().flat();
  }

  #readAcross(ranges: readonly Range[], most: number): Promise<MergedPane[]> {
    const { aggregate, key, tier } = this.#what;
    const options = { ...(tier === undefined ? {} : { tier }), most: most + 1 };
    return this.#reader.readRange(aggregate, key, ranges[0]?.from ?? 0, ranges.at(-1)?.to ?? 0, options);
  }
}

function tooMany({ rollups }: Aggregate): QueryError {
  const why = rollups.length === 0 ? '' : ' that no rollup has, or not yet';
  return new QueryError(400, `the range holds more than ${MOST_PANES} panes${why}; ask for a shorter one`);
}
