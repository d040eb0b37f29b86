import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutGraph, type GraphLayout } from '../../../../lib/local/dashboard/page/graph-layout.ts';
import { crossings, orderRanks } from '../../../../lib/local/dashboard/page/graph-order.ts';
import type { Graph } from '../../../../lib/local/dashboard/protocol.ts';
import { GRAPH } from '../../../support/page-stack.ts';

const graphs: fc.Arbitrary<Graph> = fc.array(fc.nat(7), { minLength: 1, maxLength: 14 }).chain((ranks) =>
  fc.record({
    nodes: fc.constant(
      ranks.map((rank, i) => ({ id: `n${i}`, kind: 'table' as const, label: `n${i}`, rank, failing: false })),
    ),
    edges: fc.array(
      fc.record({
        from: fc.nat(ranks.length - 1).map((i) => `n${i}`),
        to: fc.nat(ranks.length - 1).map((i) => `n${i}`),
        unit: fc.constant('records'),
        count: fc.nat(),
        perSecond: fc.nat(),
      }),
      { maxLength: 20 },
    ),
  }),
);

describe('layoutGraph', () => {
  test('places every node within the view, and none upon another', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 320, max: 1600 }), (graph, width) => {
        const layout = layoutGraph(graph, width);
        expect(layout.nodes.map(({ node }) => node.id)).toEqual(graph.nodes.map(({ id }) => id));
        expect(layout.edges).toHaveLength(graph.edges.length);
        expect(overlaps(layout)).toEqual([]);
        for (const { y, height } of layout.nodes) {
          expect(y - height / 2).toBeGreaterThanOrEqual(0);
          expect(y + height / 2).toBeLessThanOrEqual(layout.height);
        }
        for (const { path } of layout.edges) expect(path).not.toMatch(/NaN|Infinity/);
      }),
    );
  });

  test('puts ranks from left to right, and on a phone from top to bottom', () => {
    for (const [width, direction, along] of [
      [1_200, 'right', 'x'],
      [320, 'down', 'y'],
    ] as const) {
      const layout = layoutGraph(GRAPH, width);
      expect(layout.direction).toBe(direction);
      const inOrder = layout.nodes.toSorted((a, b) => a[along] - b[along]).map(({ node }) => node.rank);
      expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
      for (const node of layout.nodes) {
        expect(node.x - node.width / 2).toBeGreaterThanOrEqual(0);
        expect(node.x + node.width / 2).toBeLessThanOrEqual(width);
      }
    }
  });

  test('draws a chain as a straight line', () => {
    const layout = layoutGraph(GRAPH, 1_200);
    const height = (id: string): number => layout.nodes.find(({ node }) => node.id === id)!.y;
    for (const id of ['evaluate', 'alerts', 'notify', 'topic', 'subscriber'])
      expect(height(id)).toBeCloseTo(height('aggregates'), 5);
    expect(height('events')).toBeCloseTo(height('producer'), 5);
  });
});

describe('orderRanks', () => {
  test('undoes a crossing that need not be', () => {
    const node = (id: string, rank: number): Graph['nodes'][number] => ({
      id,
      kind: 'table',
      label: id,
      rank,
      failing: false,
    });
    const edge = (from: string, to: string): Graph['edges'][number] => ({
      from,
      to,
      unit: 'records',
      count: 0,
      perSecond: 0,
    });
    const graph = {
      nodes: [node('a', 0), node('b', 0), node('c', 1), node('d', 1)],
      edges: [edge('a', 'd'), edge('b', 'c')],
    };
    const { ranks, links } = orderRanks(graph);
    expect(crossings([graph.nodes.slice(0, 2), graph.nodes.slice(2)].map(slots), links)).toBe(1);
    expect(crossings(ranks, links)).toBe(0);
  });

  test('gives every edge that goes forward a slot in each rank that it passes', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { ranks, routes } = orderRanks(graph);
        const rankOf = new Map(ranks.flat().map(({ id, rank }) => [id, rank]));
        expect(rankOf.size).toBe(ranks.flat().length);
        for (const [edge, route] of routes) {
          expect([route[0], route.at(-1)]).toEqual([edge.from, edge.to]);
          for (const [i, id] of route.slice(1).entries())
            expect(rankOf.get(id)).toBe(rankOf.get(route[i]!)! + 1);
        }
      }),
    );
  });
});

function slots(nodes: Graph['nodes']): { id: string; rank: number; real: boolean }[] {
  return nodes.map(({ id, rank }) => ({ id, rank, real: true }));
}

function overlaps({ nodes }: GraphLayout): string[] {
  return nodes.flatMap((a, i) =>
    nodes
      .slice(i + 1)
      .filter(
        (b) =>
          Math.abs(a.x - b.x) < (a.width + b.width) / 2 - 0.01 &&
          Math.abs(a.y - b.y) < (a.height + b.height) / 2 - 0.01,
      )
      .map((b) => `${a.node.id} and ${b.node.id}`),
  );
}
