import type { Graph, GraphEdge, GraphNode } from '../protocol.ts';
import { setAttributes, setText, svg, element } from './dom.ts';
import { compact, perSecond, whole } from './format.ts';
import { layoutGraph, type PlacedEdge, type PlacedNode } from './graph-layout.ts';
import type { View } from './view.ts';

interface NodeView {
  update(node: GraphNode): void;
}

interface EdgeView {
  update(edge: GraphEdge): void;
}

/**
 * The pipeline as a graph. It is laid out anew only when its shape or the width changes; numbers change in place.
 *
 * @param openLogs shows what a function wrote
 */
export function createPipeline(root: HTMLElement, openLogs: (name: string) => void): View {
  const canvas = element('div', { class: 'graph' });
  root.append(element('h2', { text: 'Pipeline', attributes: { id: 'pipeline-title' } }), canvas);
  const nodes = new Map<string, NodeView>();
  const edges = new Map<string, EdgeView>();
  let graph: Graph = { nodes: [], edges: [] };
  let drawn = '';

  const draw = (): void => {
    const width = Math.floor(canvas.clientWidth);
    const shape = JSON.stringify([width, graph.nodes.map(shapeOf), graph.edges.map(edgeKey)]);
    if (width === 0 || graph.nodes.length === 0 || shape === drawn) return;
    drawn = shape;
    nodes.clear();
    edges.clear();
    const layout = layoutGraph(graph, width);
    const picture = svg('svg', {
      width: String(width),
      height: String(layout.height),
      viewBox: `0 0 ${width} ${layout.height}`,
      role: 'group',
      'aria-labelledby': 'pipeline-title',
      'data-direction': layout.direction,
    });
    const marker = svg(
      'marker',
      {
        id: 'tip',
        viewBox: '0 0 8 8',
        refX: '7',
        refY: '4',
        markerWidth: '7',
        markerHeight: '7',
        orient: 'auto',
      },
      svg('path', { d: 'M0,0.5L8,4L0,7.5z', class: 'tip' }),
    );
    picture.append(svg('defs', {}, marker));
    // No line goes through the number of another.
    const [lines, numbers] = [svg('g'), svg('g')];
    picture.append(lines, numbers);
    const labels = new Map(graph.nodes.map(({ id, label }) => [id, label]));
    for (const placed of layout.edges) {
      const { from, to } = placed.edge;
      const ends = `${labels.get(from) ?? from} to ${labels.get(to) ?? to}`;
      edges.set(edgeKey(placed.edge), drawEdge(lines, numbers, placed, ends));
    }
    for (const placed of layout.nodes) nodes.set(placed.node.id, drawNode(picture, placed, openLogs));
    canvas.replaceChildren(picture);
  };
  const refresh = (): void => {
    draw();
    for (const node of graph.nodes) nodes.get(node.id)?.update(node);
    for (const edge of graph.edges) edges.get(edgeKey(edge))?.update(edge);
  };
  new ResizeObserver(refresh).observe(canvas);
  return {
    update: (snapshot) => {
      graph = snapshot.graph;
      refresh();
    },
  };
}

function shapeOf({ id, kind, label, rank }: GraphNode): readonly unknown[] {
  return [id, kind, label, rank];
}

function edgeKey({ from, to, unit }: GraphEdge): string {
  return `${from} ${to} ${unit}`;
}

function drawEdge(
  lines: SVGGElement,
  numbers: SVGGElement,
  { path, label }: PlacedEdge,
  ends: string,
): EdgeView {
  const line = svg('path', { d: path, class: 'line', 'marker-end': 'url(#tip)' });
  const flow = svg('path', { d: path, class: 'flow' });
  const count = svg('text', { class: 'count', x: String(label.x), y: String(label.y - 4) });
  const rate = svg('text', { class: 'rate', x: String(label.x), y: String(label.y + 13) });
  const title = svg('title');
  const group = svg('g', { class: 'edge', role: 'img' }, title, line, flow);
  const words = svg('g', { class: 'edge-words', 'aria-hidden': 'true' }, count, rate);
  lines.append(group);
  numbers.append(words);
  return {
    update: (edge) => {
      const said = `${ends}: ${whole(edge.count)} ${edge.unit}, ${perSecond(edge.perSecond)}`;
      setText(title, said);
      setAttributes(group, {
        'aria-label': said,
        'data-flowing': edge.perSecond > 0 ? 'yes' : undefined,
        'data-used': edge.count > 0 ? 'yes' : undefined,
      });
      setText(count, edge.count > 0 ? compact(edge.count) : '');
      setText(rate, edge.perSecond > 0 ? perSecond(edge.perSecond) : '');
    },
  };
}

function drawNode(picture: SVGSVGElement, placed: PlacedNode, openLogs: (name: string) => void): NodeView {
  const { node, x, y, width, height } = placed;
  const [left, top] = [x - width / 2, y - height / 2];
  const title = svg('title');
  const isFunction = node.kind === 'function';
  const group = svg(
    'g',
    {
      class: 'node',
      'data-kind': node.kind,
      'data-node': node.id,
      role: isFunction ? 'button' : 'img',
      tabindex: isFunction ? '0' : undefined,
    },
    title,
    svg('rect', {
      x: String(left),
      y: String(top),
      width: String(width),
      height: String(height),
      rx: isFunction ? '8' : '3',
    }),
    svg('text', { class: 'kind', x: String(x), y: String(y - 5) }, node.kind),
    svg('text', { class: 'label', x: String(x), y: String(y + 11) }, shorten(node.label, width)),
  );
  if (isFunction) {
    const open = (): void => {
      openLogs(node.label);
    };
    group.addEventListener('click', open);
    group.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      open();
    });
  }
  picture.append(group);
  return {
    update: ({ failing }) => {
      const said = `${node.kind} ${node.label}${failing ? ', failing' : ''}`;
      setText(title, isFunction ? `${said}; click for its logs` : said);
      setAttributes(group, { 'aria-label': said, 'data-failing': failing ? 'yes' : undefined });
    },
  };
}

/** As much of a label as a box of this width has room for. */
export function shorten(label: string, width: number): string {
  const room = Math.max(4, Math.floor((width - 8) / 6.3));
  return label.length <= room ? label : `${label.slice(0, room - 1)}…`;
}
