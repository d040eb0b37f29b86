/** Names of fields, from the outside in. */
export type Path = readonly string[];

/**
 * The fields that a function reads of a value, in the order in which it first reads them; objects and arrays on the way are left
 * out.
 *
 * @throws what `read` throws
 * @example fieldsRead({ a: { at: '2024-01-01' } }, (event) => event.a.at) // [['a', 'at']]
 */
export function fieldsRead(value: unknown, read: (value: unknown) => unknown): Path[] {
  const paths = new Map<string, Path>();
  read(recording(value, [], (path) => paths.set(JSON.stringify(path), path)));
  return [...paths.values()];
}

function recording(value: unknown, path: Path, onRead: (path: Path) => void): unknown {
  // A Date's methods need the Date itself: it is a leaf.
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  // What a frozen object gives may not be replaced.
  const target: object = Object.isFrozen(value) ? copyOf(value) : value;
  return new Proxy(target, {
    get: (_, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol' || typeof member === 'function') return member;
      const inside = [...path, name];
      if (typeof member !== 'object' || member === null || member instanceof Date) onRead(inside);
      return recording(member, inside, onRead);
    },
  });
}

/** The member of a value from JSON; `undefined` if there is none. */
export function memberAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inside, name) => (isObject(inside) && Object.hasOwn(inside, name) ? inside[name] : undefined),
    value,
  );
}

/** A copy of a value from JSON with another member; the value itself if there is no such member. */
export function withMember(value: unknown, path: Path, member: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return member;
  if (!isObject(value) || !Object.hasOwn(value, name)) return value;
  const changed = withMember(value[name], rest, member);
  if (Array.isArray(value)) return value.with(Number(name), changed);
  return { ...value, [name]: changed };
}

function copyOf(value: object): object {
  return Array.isArray(value) ? [...(value as unknown[])] : { ...value };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
