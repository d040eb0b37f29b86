/**
 * What placeholders stood for so far. The same numbered one is the same value everywhere in a case, and two of a name
 * are two values.
 */
export type Bindings = Map<string, string>;

/** By the placeholder's name, what it may stand for; text without blanks unless given. */
const FORMS: Readonly<Record<string, RegExp>> = {
  'sequence-number': /\d+/,
  'start-sequence-number': /\d+/,
  uuid: /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/,
  timestamp: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z/,
  'approximate-arrival-timestamp': /\d+(?:\.\d{1,3})?/,
  resource: /[^:/\s]+/,
  region: /[a-z]+-[a-z]+-\d/,
  partition: /aws/,
};

/** Values that differ from one place to the next though the placeholder is the same. */
const UNBOUND: ReadonlySet<string> = new Set([
  'timestamp',
  'approximate-arrival-timestamp',
  'execution-start',
]);

const PLACEHOLDER = /<([a-z0-9-]+)(?::([^>]*))?>/g;

/**
 * Compares what happened with what was recorded, field by field, both ways.
 * @returns a line for each difference
 */
export function differences(
  recorded: unknown,
  actual: unknown,
  bindings: Bindings,
  path = '',
): readonly string[] {
  if (typeof recorded === 'string') {
    if (!recorded.includes('<')) return recorded === actual ? [] : [line(path, recorded, actual)];
    return typeof actual === 'string' || typeof actual === 'number'
      ? unify(recorded, actual, bindings, path)
      : [line(path, recorded, actual)];
  }
  if (Array.isArray(recorded) && Array.isArray(actual)) {
    if (recorded.length !== actual.length) return [line(`${path}.length`, recorded.length, actual.length)];
    return recorded.flatMap((item, index) => differences(item, actual[index], bindings, `${path}[${index}]`));
  }
  if (isObject(recorded) && isObject(actual)) {
    const names = new Set([...Object.keys(recorded), ...Object.keys(actual)]);
    return [...names].flatMap((name) =>
      differences(recorded[name], actual[name], bindings, `${path}.${name}`),
    );
  }
  return Object.is(recorded, actual) ? [] : [line(path, recorded, actual)];
}

function unify(
  template: string,
  actual: string | number,
  bindings: Bindings,
  path: string,
): readonly string[] {
  const names: string[] = [];
  const numeric = /^<(?:approximate-arrival-timestamp|execution-start)>$/.test(template);
  if (numeric !== (typeof actual === 'number')) return [line(path, template, actual)];
  let source = '';
  let end = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [whole, name = '', number] = match;
    source += `${escape(template.slice(end, match.index))}(${FORMS[name]?.source ?? '\\S+'})`;
    end = match.index + whole.length;
    names.push(UNBOUND.has(name) ? '' : `${name}:${number ?? ''}`);
  }
  const found = new RegExp(`^${source}${escape(template.slice(end))}$`).exec(String(actual));
  if (!found) return [line(path, template, actual)];
  return names.flatMap((name, index) => (name ? bind(name, found[index + 1] ?? '', bindings, path) : []));
}

function bind(name: string, value: string, bindings: Bindings, path: string): readonly string[] {
  const bound = bindings.get(name);
  if (bound !== undefined) return bound === value ? [] : [line(path, `${bound}, as <${name}> before`, value)];
  const [kind = ''] = name.split(':');
  for (const [other, taken] of bindings) {
    if (other.split(':')[0] === kind && taken === value)
      return [line(path, `another value than <${other}>`, value)];
  }
  bindings.set(name, value);
  return [];
}

function line(path: string, recorded: unknown, actual: unknown): string {
  return `${path}: recorded ${JSON.stringify(recorded)}, but was ${JSON.stringify(actual)}`;
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
