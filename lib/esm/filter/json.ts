/** A string, by its characters. */
export interface JsonString {
  readonly kind: 'string';
  readonly text: string;
}

/** A number as it is written: 300 and 3.0e2 are not the same to a filter. */
export interface JsonNumber {
  readonly kind: 'number';
  readonly text: string;
}

export interface JsonLiteral {
  readonly kind: 'literal';
  readonly text: 'true' | 'false' | 'null';
}

/** What the leaves of a JSON document are. */
export type JsonScalar = JsonString | JsonNumber | JsonLiteral;

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

/** What is not a string, or the quote that one begins with. */
const TOKEN = /["{}[\]]|[^\s,:"{}[\]]+/g;

/** A list or an object whose end has not come yet. */
interface Open {
  readonly closes: () => JsonNode;
  readonly add: (node: JsonNode) => void;
}

/**
 * Reads a JSON document without losing what `JSON.parse` loses: how numbers are written, and names written twice.
 * @returns undefined for what is no JSON
 * @example parseJson('{"a": 3.0e2}') // { kind: 'object', members: [['a', { kind: 'number', text: '3.0e2' }]] }
 */
export function parseJson(text: string): JsonNode | undefined {
  if (!isJson(text)) return undefined;
  const roots: JsonNode[] = [];
  const open = [openList(roots)];
  for (const token of tokensOf(text)) {
    if (token === '{') open.push(openObject());
    else if (token === '[') open.push(openList());
    else {
      const node = token === '}' || token === ']' ? open.pop()?.closes() : scalar(token);
      if (node) open.at(-1)?.add(node);
    }
  }
  return roots[0];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Strings are not left to the expression: one of some megabytes would exhaust the stack. */
function* tokensOf(json: string): Generator<string, void, undefined> {
  const expression = new RegExp(TOKEN);
  for (let found = expression.exec(json); found; found = expression.exec(json)) {
    if (found[0] === '"') expression.lastIndex = endOfString(json, expression.lastIndex);
    yield json.slice(found.index, expression.lastIndex);
  }
}

/** Behind the first quote that is not escaped: no backslash before it, or each of them is itself escaped. */
function endOfString(json: string, from: number): number {
  for (let quote = json.indexOf('"', from); ; quote = json.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

function openList(items: JsonNode[] = []): Open {
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
  if (token === 'true' || token === 'false' || token === 'null') return { kind: 'literal', text: token };
  // A token of valid JSON that begins with a quote is a string.
  return token.startsWith('"')
    ? { kind: 'string', text: String(JSON.parse(token)) }
    : { kind: 'number', text: token };
}
