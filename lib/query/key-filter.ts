import { keyText, keyValues } from '../fold/key.ts';
import type { Aggregate } from '../pipeline/pipeline.ts';
import type { Params } from './params.ts';

/** Which keys of an aggregate are asked for. */
export interface KeyFilter {
  /** The only one, if every dimension has its value. */
  readonly key: string | undefined;
  readonly takes: (key: string) => boolean;
}

/**
 * The keys that have the values which parameters give for dimensions; a dimension without a parameter may have any.
 *
 * @example keyFilter(routes, { origin: 'ATL' }).takes('ATL|JFK') // true
 */
export function keyFilter({ dimensions }: Pick<Aggregate, 'dimensions'>, params: Params): KeyFilter {
  const wanted = dimensions.map((name) => (Object.hasOwn(params, name) ? params[name] : undefined));
  const values = wanted.filter((value) => value !== undefined);
  return {
    key: values.length === dimensions.length ? keyText(values) : undefined,
    takes: (key) => {
      if (values.length === 0) return true;
      const parts = keyValues(key);
      return wanted.every((value, i) => value === undefined || value === parts[i]);
    },
  };
}
