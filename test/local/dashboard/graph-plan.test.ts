import { describe, expect, test } from 'vitest';
import { planGraph, serviceOf, type GraphPlan } from '../../../lib/local/dashboard/graph-plan.ts';
import { drawn, lambda, queue, stream, table, topic, weirLike } from './fake-stack.ts';

function arrows({ nodes, edges }: GraphPlan): string[] {
  const labels = new Map(nodes.map(({ id, kind, label }) => [id, `${kind} ${label}`]));
  return edges.map(({ from, to, unit }) => `${labels.get(from)} → ${labels.get(to)}: ${unit}`).sort();
}

describe('planGraph', () => {
  test("draws weir's own stack from producers to subscribers", () => {
    const plan = planGraph(weirLike(), ['arn:aws:sns:us-east-1:000000000000:shop-dev-alerts']);
    expect(arrows(plan)).toEqual([
      'function aggregate → queue failures: messages',
      'function aggregate → queue quarantine: messages',
      'function aggregate → table aggregates: writes',
      'function evaluate → queue failures: messages',
      'function evaluate → queue quarantine: messages',
      'function evaluate → table alerts: writes',
      'function evaluate → table timers: batches',
      'function notify → queue failures: messages',
      'function notify → queue quarantine: messages',
      'function notify → table timers: batches',
      'function notify → topic alerts: messages',
      'producer producers → stream events: records',
      'stream events → function aggregate: records',
      'table aggregates → function evaluate: records',
      'table alerts → function notify: records',
      'topic alerts → subscriber subscribers: messages',
    ]);
    const ranks = Object.fromEntries(plan.nodes.map(({ id, rank }) => [id, rank]));
    expect(ranks).toMatchObject({
      producer: 0,
      'resource:EventStream': 1,
      'function:aggregate': 2,
      'resource:AggregatesTable': 3,
      'function:evaluate': 4,
      'resource:AlertsTable': 5,
      'function:notify': 6,
      'resource:AlertsTopic': 7,
      subscriber: 8,
    });
    expect(serviceOf(weirLike())).toBe('shop-dev');
  });

  test("counts by readers what a function does not count, and draws another service's chain of streams", () => {
    const [raw, clean] = [stream('Raw', 'raw'), stream('Clean', 'clean')];
    const [orders, dead] = [table('Orders', 'shop-dev-orders'), queue('Dead', 'dead')];
    const wash = lambda('wash', { OUT: clean.ref });
    const book = lambda('book', { ORDERS: orders.ref, BACK_TO: raw.attributes.Arn ?? '' });
    const stack = drawn(
      [raw, clean, orders, dead, topic('Unused', 'unused')],
      [
        { reader: book, source: clean },
        { reader: wash, source: raw, failures: dead },
      ],
    );
    const plan = planGraph(stack);
    expect(arrows(plan)).toEqual([
      'function book → table orders: batches',
      'function wash → queue dead: messages',
      'function wash → stream clean: records',
      'producer producers → stream raw: records',
      'stream clean → function book: records',
      'stream raw → function wash: records',
    ]);
    const toClean = plan.edges.find(({ to }) => to === 'resource:Clean');
    expect(toClean?.count).toEqual({ kind: 'dealtWith', mappings: ['Mapping0'] });
  });

  test('takes a name for a resource only if it is the whole of it', () => {
    const [events, alerts] = [stream('Events', 'events'), table('Alerts', 'alerts')];
    const reader = lambda('reader', { LOG: 'arn:aws:sns:us-east-1:000000000000:alerts and alerts-old' });
    const plan = planGraph(drawn([events, alerts], [{ reader, source: events }]));
    expect(arrows(plan)).toEqual([
      'producer producers → stream events: records',
      'stream events → function reader: records',
    ]);
  });

  test('draws nothing of a stack without mappings', () => {
    expect(planGraph(drawn([stream('Events', 'events')], []))).toEqual({ nodes: [], edges: [] });
  });
});
