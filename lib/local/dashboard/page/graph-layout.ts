import type { Graph, GraphEdge, GraphNode } from '../protocol.ts';
import { orderRanks, type OrderedRanks, type Slot } from './graph-order.ts';

/** Lengths in CSS pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node's box; `x` and `y` are its middle. */
export interface PlacedNode extends Point {
  readonly node: GraphNode;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  /** As of the attribute `d` of an SVG path. */
  readonly path: string;
  /** Middle of its label. */
  readonly label: Point;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** Ranks from left to right, or from top to bottom where that would be too narrow. */
  readonly direction: 'right' | 'down';
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

interface Measures {
  readonly direction: 'right' | 'down';
  /** From the middle of one rank to that of the next. */
  readonly pitch: number;
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** From the middle of a slot to that of the next in its rank: between nodes, and where an edge passes. */
  readonly apart: number;
  readonly apartPassing: number;
}

const LEAST_PITCH = 112;
const MARGIN = 2;
const RELAXATIONS = 12;
// Where on a curve its label is, as shares of the way: past the middle, where edges that begin together are apart.
const LABEL_ALONG = 0.59;
const LABEL_ACROSS = 0.68;
const RETURN_DROP = 26;
// How much more a node stays where it is wanted than an edge that passes: lines bend, and chains of nodes are straight.
const NODE_WEIGHT = 12;

/**
 * Places the pipeline in a width: its ranks from left to right, nodes of a rank near what they are connected with, edges that
 * go forward as curves that pass between nodes, and edges that go back, or stay in a rank, around the outside.
 */
export function layoutGraph(graph: Graph, width: number): GraphLayout {
  const ordered = orderRanks(graph);
  const measures = measure(ordered, width);
  const across = placeAcross(ordered, measures);
  const point = (slot: Slot): Point => {
    const along = slot.rank * measures.pitch;
    const place = across.get(slot.id) ?? 0;
    return measures.direction === 'right'
      ? { x: along + measures.nodeWidth / 2 + MARGIN, y: place }
      : { x: place, y: along + measures.nodeHeight / 2 + MARGIN };
  };
  const points = new Map(ordered.ranks.flat().map((slot) => [slot.id, point(slot)]));
  const moved = intoView(points, measures, width);
  const nodes = graph.nodes.map((node) => ({
    node,
    ...(moved.get(node.id) ?? { x: 0, y: 0 }),
    width: measures.nodeWidth,
    height: measures.nodeHeight,
  }));
  const lowest = Math.max(0, ...[...moved.values()].map(({ y }) => y)) + measures.nodeHeight / 2;
  let returns = 0;
  const edges = graph.edges.flatMap((edge) => {
    const route = ordered.routes.get(edge);
    const ends = [moved.get(edge.from), moved.get(edge.to)] as const;
    if (ends[0] === undefined || ends[1] === undefined) return [];
    if (route !== undefined) {
      const through = route.flatMap((id) => moved.get(id) ?? []);
      return [forwardEdge(edge, through, measures)];
    }
    returns++;
    return [returningEdge(edge, ends[0], ends[1], measures, lowest + returns * RETURN_DROP, width)];
  });
  const below = measures.direction === 'right' && returns > 0 ? returns * RETURN_DROP + 8 : 0;
  return { width, height: Math.ceil(lowest + below + MARGIN), direction: measures.direction, nodes, edges };
}

function measure({ ranks }: OrderedRanks, width: number): Measures {
  const columns = Math.max(1, ranks.length);
  const pitch = columns === 1 ? width : (width - 2 * MARGIN) / (columns - 0.38);
  if (pitch >= LEAST_PITCH)
    return {
      direction: 'right',
      pitch: columns === 1 ? pitch : Math.min(pitch, 240),
      nodeWidth: Math.min(132, pitch * 0.62),
      nodeHeight: 40,
      apart: 52,
      apartPassing: 30,
    };
  const widest = Math.max(1, ...ranks.map((rank) => rank.filter(({ real }) => real).length));
  const passing = Math.max(0, ...ranks.map((rank) => rank.filter(({ real }) => !real).length));
  const nodeWidth = Math.min(132, (width - 2 * MARGIN - passing * 28) / widest - 10);
  return {
    direction: 'down',
    pitch: 80,
    nodeWidth,
    nodeHeight: 36,
    apart: nodeWidth + 10,
    apartPassing: nodeWidth / 2 + 14,
  };
}

/** Position of each slot across its rank: drawn towards what it is connected with, as far as its neighbours let it. */
function placeAcross({ ranks, links }: OrderedRanks, measures: Measures): Map<string, number> {
  const gap = (a: Slot, b: Slot): number => (a.real && b.real ? measures.apart : measures.apartPassing);
  const place = new Map<string, number>();
  for (const rank of ranks)
    spread(
      rank,
      rank.map(() => 0),
      gap,
      place,
    );
  const near = new Map<string, string[]>();
  const before = new Map<string, string[]>();
  for (const [from, to] of links) {
    before.set(to, [...(before.get(to) ?? []), from]);
    near.set(from, [...(near.get(from) ?? []), to]);
    near.set(to, [...(near.get(to) ?? []), from]);
  }
  const relax = (rank: readonly Slot[], neighbours: ReadonlyMap<string, readonly string[]>): void => {
    const wanted = rank.map(({ id }) => {
      const others = (neighbours.get(id) ?? []).map((other) => place.get(other) ?? 0);
      return others.length === 0 ? (place.get(id) ?? 0) : others.reduce((a, b) => a + b, 0) / others.length;
    });
    spread(rank, wanted, gap, place);
  };
  for (let turn = 0; turn < RELAXATIONS; turn++)
    for (const rank of turn % 2 === 0 ? ranks : [...ranks].reverse()) relax(rank, near);
  // At last each follows what it comes from, so that a chain is a straight line.
  for (const rank of ranks) relax(rank, before);
  return place;
}

/** Puts slots as near to where they are wanted as keeps them in order and apart: neighbours that are too near move as one. */
function spread(
  rank: readonly Slot[],
  wanted: readonly number[],
  gap: (a: Slot, b: Slot) => number,
  place: Map<string, number>,
): void {
  const offsets: number[] = [];
  for (const [index, slot] of rank.entries()) {
    const before = rank[index - 1];
    offsets.push(before === undefined ? 0 : (offsets[index - 1] ?? 0) + gap(before, slot));
  }
  const groups: { sum: number; weight: number; size: number }[] = [];
  for (const [index, at] of wanted.entries()) {
    const weight = rank[index]?.real === true ? NODE_WEIGHT : 1;
    groups.push({ sum: weight * (at - (offsets[index] ?? 0)), weight, size: 1 });
    for (let last = groups.at(-1), before = groups.at(-2); last !== undefined && before !== undefined;) {
      if (before.sum / before.weight <= last.sum / last.weight) break;
      before.sum += last.sum;
      before.weight += last.weight;
      before.size += last.size;
      groups.pop();
      [last, before] = [before, groups.at(-2)];
    }
  }
  let index = 0;
  for (const { sum, weight, size } of groups)
    for (let i = 0; i < size; i++, index++) {
      const slot = rank[index];
      if (slot !== undefined) place.set(slot.id, sum / weight + (offsets[index] ?? 0));
    }
}

/** Moves all into the view: the least position to its edge, and in the middle of a width that is not filled. */
function intoView(
  points: ReadonlyMap<string, Point>,
  { direction, nodeWidth, nodeHeight }: Measures,
  width: number,
): Map<string, Point> {
  const least = Math.min(...[...points.values()].map(({ x, y }) => (direction === 'right' ? y : x)));
  const most = Math.max(...[...points.values()].map(({ x, y }) => (direction === 'right' ? y : x)));
  const shift =
    direction === 'right'
      ? nodeHeight / 2 + MARGIN - least
      : Math.max(nodeWidth / 2 + MARGIN - least, (width - least - most) / 2);
  return new Map(
    [...points].map(([id, { x, y }]) => [
      id,
      direction === 'right' ? { x, y: y + shift } : { x: x + shift, y },
    ]),
  );
}

function forwardEdge(edge: GraphEdge, through: readonly Point[], measures: Measures): PlacedEdge {
  const right = measures.direction === 'right';
  const half = (right ? measures.nodeWidth : measures.nodeHeight) / 2;
  const ends = through.map(({ x, y }, index) => {
    const offset = index === 0 ? half : index === through.length - 1 ? -half : 0;
    return right ? { x: x + offset, y } : { x, y: y + offset };
  });
  const pieces = ends.slice(1).map((to, index) => {
    const from = ends[index] ?? to;
    const bend = (right ? to.x - from.x : to.y - from.y) / 2;
    return right
      ? `C${round(from.x + bend)},${round(from.y)} ${round(to.x - bend)},${round(to.y)} ${round(to.x)},${round(to.y)}`
      : `C${round(from.x)},${round(from.y + bend)} ${round(to.x)},${round(to.y - bend)} ${round(to.x)},${round(to.y)}`;
  });
  const first = ends[0] ?? { x: 0, y: 0 };
  const at = Math.floor((ends.length - 2) / 2);
  const [a, b] = [ends[at] ?? first, ends[at + 1] ?? first];
  return {
    edge,
    path: [`M${round(first.x)},${round(first.y)}`, ...pieces].join(''),
    label: right ? along(a, b, LABEL_ALONG, LABEL_ACROSS) : along(a, b, LABEL_ACROSS, LABEL_ALONG),
  };
}

function along(a: Point, b: Point, shareX: number, shareY: number): Point {
  return { x: round(a.x + (b.x - a.x) * shareX), y: round(a.y + (b.y - a.y) * shareY) };
}

function returningEdge(
  edge: GraphEdge,
  from: Point,
  to: Point,
  { direction, nodeWidth, nodeHeight }: Measures,
  below: number,
  width: number,
): PlacedEdge {
  if (direction === 'right') {
    const [start, end] = [from.y + nodeHeight / 2, to.y + nodeHeight / 2];
    return {
      edge,
      path: `M${round(from.x)},${round(start)}C${round(from.x)},${round(below)} ${round(to.x)},${round(below)} ${round(to.x)},${round(end)}`,
      label: { x: round((from.x + to.x) / 2), y: round((start + end + 6 * below) / 8) },
    };
  }
  const [start, end, out] = [from.x + nodeWidth / 2, to.x + nodeWidth / 2, width - MARGIN];
  return {
    edge,
    path: `M${round(start)},${round(from.y)}C${round(out)},${round(from.y)} ${round(out)},${round(to.y)} ${round(end)},${round(to.y)}`,
    label: { x: round((start + end + 6 * out) / 8) - 14, y: round((from.y + to.y) / 2) },
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
