import type { Graph, GraphEdge } from '../protocol.ts';

/** A place in a rank: a node, or where an edge that spans several ranks passes through. */
export interface Slot {
  readonly id: string;
  readonly rank: number;
  /** Whether it stands for a node, and not for a passing edge. */
  readonly real: boolean;
}

/** Ranks with their slots in order, and the pieces of edges between neighbouring ranks. */
export interface OrderedRanks {
  readonly ranks: readonly (readonly Slot[])[];
  readonly links: readonly (readonly [from: string, to: string])[];
  /** Slots that an edge passes from its beginning to its end; only of edges that go forward. */
  readonly routes: ReadonlyMap<GraphEdge, readonly string[]>;
}

const SWEEPS = 6;

/**
 * Orders the nodes of each rank so that few edges cross: an edge over several ranks gets a slot in each that it passes, and then
 * each rank is sorted by the mean position of its neighbours, forwards and backwards in turn (the barycentre method of Sugiyama,
 * Tagawa and Toda, "Methods for visual understanding of hierarchical system structures", 1981). The best order met is kept.
 */
export function orderRanks({ nodes, edges }: Graph): OrderedRanks {
  const numbers = [...new Set(nodes.map(({ rank }) => rank))].sort((a, b) => a - b);
  const rankOf = new Map(nodes.map(({ id, rank }) => [id, numbers.indexOf(rank)]));
  const slots: Slot[] = nodes.map(({ id }) => ({ id, rank: rankOf.get(id) ?? 0, real: true }));
  const links: [string, string][] = [];
  const routes = new Map<GraphEdge, readonly string[]>();
  for (const [index, edge] of edges.entries()) {
    const [from, to] = [rankOf.get(edge.from), rankOf.get(edge.to)];
    if (from === undefined || to === undefined || from >= to) continue;
    const passed = Array.from({ length: to - from - 1 }, (_, i) => `${index}:${from + 1 + i}`);
    for (const [i, id] of passed.entries()) slots.push({ id, rank: from + 1 + i, real: false });
    const route = [edge.from, ...passed, edge.to];
    for (const [i, id] of route.slice(1).entries()) links.push([route[i] ?? id, id]);
    routes.set(edge, route);
  }
  const initial = numbers.map((_, rank) => slots.filter((slot) => slot.rank === rank));
  return { ranks: sweep(initial, links), links, routes };
}

function sweep(
  initial: readonly (readonly Slot[])[],
  links: readonly (readonly [string, string])[],
): readonly (readonly Slot[])[] {
  let [ranks, best, fewest] = [initial, initial, crossings(initial, links)];
  for (let turn = 0; turn < SWEEPS && fewest > 0; turn++) {
    const forward = turn % 2 === 0;
    ranks = sortByNeighbours(ranks, links, forward);
    const found = crossings(ranks, links);
    if (found < fewest) [best, fewest] = [ranks, found];
  }
  return best;
}

function sortByNeighbours(
  ranks: readonly (readonly Slot[])[],
  links: readonly (readonly [string, string])[],
  forward: boolean,
): readonly (readonly Slot[])[] {
  const sorted = ranks.map((rank) => [...rank]);
  const order = forward ? sorted.keys() : [...sorted.keys()].reverse();
  for (const index of order) {
    const neighbours = positions(sorted[index + (forward ? -1 : 1)] ?? []);
    const own = positions(sorted[index] ?? []);
    const weight = ({ id }: Slot): number => {
      const near = links.flatMap(([from, to]) => {
        const other = forward ? (to === id ? from : undefined) : from === id ? to : undefined;
        const place = other === undefined ? undefined : neighbours.get(other);
        return place === undefined ? [] : [place];
      });
      return near.length === 0 ? (own.get(id) ?? 0) : near.reduce((a, b) => a + b, 0) / near.length;
    };
    sorted[index]?.sort((a, b) => weight(a) - weight(b));
  }
  return sorted;
}

function positions(rank: readonly Slot[]): Map<string, number> {
  return new Map(rank.map(({ id }, index) => [id, index]));
}

/** How many pairs of links cross between neighbouring ranks. */
export function crossings(
  ranks: readonly (readonly Slot[])[],
  links: readonly (readonly [string, string])[],
): number {
  const place = new Map(
    ranks.flatMap((rank, at) => rank.map(({ id }, index) => [id, { at, index }] as const)),
  );
  const spans = links.flatMap(([from, to]) => {
    const [a, b] = [place.get(from), place.get(to)];
    return a === undefined || b === undefined ? [] : [{ at: a.at, from: a.index, to: b.index }];
  });
  let count = 0;
  for (const [i, a] of spans.entries())
    for (const b of spans.slice(i + 1)) if (a.at === b.at && (a.from - b.from) * (a.to - b.to) < 0) count++;
  return count;
}
