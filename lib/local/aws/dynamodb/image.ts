/** An attribute value as DynamoDB's JSON has it: one member, named for the type; bytes in base64. */
export interface WireValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: readonly WireValue[];
  readonly M?: Image;
}

/** An item, or a part of one. */
export type Image = Readonly<Record<string, WireValue>>;

/** Whether two items hold the same data: the order of attributes, and of the members of a set, is no difference. */
export function sameImage(a: Image, b: Image): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const [left, right] = [a[name], b[name]];
    return left !== undefined && right !== undefined && sameValue(left, right);
  });
}

function sameValue(a: WireValue, b: WireValue): boolean {
  if (a.M && b.M) return sameImage(a.M, b.M);
  if (a.L && b.L) return sameList(a.L, b.L);
  if (a.SS && b.SS) return sameSet(a.SS, b.SS);
  if (a.NS && b.NS) return sameSet(a.NS, b.NS);
  if (a.BS && b.BS) return sameSet(a.BS, b.BS);
  if (a.M ?? a.L ?? a.SS ?? a.NS ?? a.BS) return false;
  return a.S === b.S && a.N === b.N && a.B === b.B && a.BOOL === b.BOOL && a.NULL === b.NULL;
}

function sameList(a: readonly WireValue[], b: readonly WireValue[]): boolean {
  return (
    a.length === b.length &&
    a.every((left, index) => {
      const right = b[index];
      return right !== undefined && sameValue(left, right);
    })
  );
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const members = new Set(a);
  return b.every((member) => members.has(member));
}
