/**
 * Items by a name that several may have, each in the order in which they come.
 *
 * @example groupBy(['ORD', 'ATL', 'OAK'], (airport) => airport[0]) // 'O' → ['ORD', 'OAK'], 'A' → ['ATL']
 */
export function groupBy<Item, Name>(items: Iterable<Item>, nameOf: (item: Item) => Name): Map<Name, Item[]> {
  const groups = new Map<Name, Item[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}
