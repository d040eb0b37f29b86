/** A string, a number, true, false or null: what the leaves of a JSON document are. */
export interface JsonScalar {
  readonly kind: 'string' | 'number' | 'literal';
  /** A string's characters; the rest as it is written, since 300 and 3.0e2 are not the same to a filter. */
  readonly text: string;
}

export interface JsonList {
  readonly kind: 'list';
  readonly items: readonly JsonNode[];
}

export interface JsonObject {
  readonly kind: 'object';
  /** In order; a name that is written twice is there twice. */
  readonly members: readonly (readonly [name: string, value: JsonNode])[];
}

export type JsonNode = JsonScalar | JsonList | JsonObject;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]|[^\s,:"{}[\]]+/g;

interface Open {
  readonly closes: () => JsonNode;
  readonly add: (token: JsonScalar | JsonList | JsonObject) => void;
}

/**
 * Reads a JSON document without losing what `JSON.parse` loses: how numbers are written, and names written twice.
 * @returns undefined for what is no JSON
 * @example parseJson('{"a": 3.0e2}') // { kind: 'object', members: [['a', { kind: 'number', text: '3.0e2' }]] }
 */
export function parseJson(text: string): JsonNode | undefined {
  if (!isJson(text)) return undefined;
  let root: JsonNode | undefined;
  const open: Open[] = [{ closes: () => ({ kind: 'literal', text: 'null' }), add: (node) => (root = node) }];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(openObject());
    else if (token === '[') open.push(openList());
    else {
      const node = token === '}' || token === ']' ? open.pop()?.closes() : scalar(token);
      if (node) open.at(-1)?.add(node);
    }
  }
  return root;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function openList(): Open {
  const items: JsonNode[] = [];
  return { closes: () => ({ kind: 'list', items }), add: (node) => items.push(node) };
}

function openObject(): Open {
  const members: [string, JsonNode][] = [];
  let name: string | undefined;
  return {
    closes: () => ({ kind: 'object', members }),
    add: (node) => {
      if (name === undefined) {
        name = node.kind === 'string' ? node.text : '';
        return;
      }
      members.push([name, node]);
      name = undefined;
    },
  };
}

function scalar(token: string): JsonScalar {
  if (token.startsWith('"')) return { kind: 'string', text: JSON.parse(token) as string };
  return { kind: /^[tfn]/.test(token) ? 'literal' : 'number', text: token };
}
