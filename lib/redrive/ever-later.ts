const LONGEST = 8;

/**
 * Whether a message that earlier runs kept is due again, in runs that come by the clock: the first, second, fourth and
 * eighth time that it is received, and then every eighth. What will not be repaired by waiting must not be read back, and
 * its refused records set aside, in every run until somebody looks at it.
 *
 * @param receives how often it has been received, this time included
 */
export function everLater(receives: number): boolean {
  return receives % LONGEST === 0 || [1, 2, 4].includes(receives);
}
