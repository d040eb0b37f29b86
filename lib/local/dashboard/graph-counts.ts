import type { CountOf, GraphPlan } from './graph-plan.ts';
import type { Graph } from './protocol.ts';
import { Rate } from './rate.ts';

const FAILING_MS = 10_000;

/** The drawing of a stack, with the numbers on its arrows. */
export class GraphCounts {
  readonly #plan: GraphPlan;
  readonly #rates: readonly Rate[];
  readonly #failedAt = new Map<string, number>();
  #at = 0;

  constructor(plan: GraphPlan) {
    this.#plan = plan;
    this.#rates = plan.edges.map(() => new Rate());
  }

  /** Something failed at a node. @param at ms */
  failed(node: string, at: number): void {
    this.#failedAt.set(node, at);
  }

  /** Takes the numbers as they are now. @param at ms */
  sample(at: number, count: (of: CountOf) => number): void {
    this.#at = at;
    for (const [i, edge] of this.#plan.edges.entries()) this.#rates[i]?.sample(at, count(edge.count));
  }

  draw(): Graph {
    const { nodes, edges } = this.#plan;
    return {
      nodes: nodes.map((node) => ({ ...node, failing: this.#isFailing(node.id) })),
      edges: edges.map(({ from, to, unit }, i) => {
        const rate = this.#rates[i];
        return { from, to, unit, count: rate?.total ?? 0, perSecond: rate?.perSecond() ?? 0 };
      }),
    };
  }

  #isFailing(node: string): boolean {
    const failedAt = this.#failedAt.get(node);
    return failedAt !== undefined && this.#at - failedAt < FAILING_MS;
  }
}
