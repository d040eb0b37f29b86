import { isFiring, type AlertState } from '../alerts/state.ts';
import { costOf, latestSettled, MOST_OPEN_BYTES } from './bounds.ts';
import type { Group, Member } from './group.ts';
import { isOpen } from './member.ts';
import { slimmed } from './slim.ts';

/** The alerts of a group while it is dispatched: what they are, how many of them fire, and whether there is room for more. */
export class Members {
  readonly #members: Map<string, Member>;
  /** Versions by key. */
  readonly #settled: Map<string, number>;
  #cost = 0;
  #firing = 0;
  #open = 0;
  #hasChanged = false;

  constructor({ members, settled }: Pick<Group, 'members' | 'settled'>) {
    this.#members = new Map(members.map((member) => [member.state.key, member]));
    this.#settled = new Map(settled.map(({ key, version }) => [key, version]));
    for (const member of members) this.#count(undefined, member);
  }

  /** How many of them people were told of, and not yet that they are over. */
  get open(): number {
    return this.#open;
  }

  /** Whether any of them fires, or people take it to. */
  get areQuiet(): boolean {
    return this.#firing === 0 && this.#open === 0;
  }

  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /** Whether they take all the room that there is. */
  get areFull(): boolean {
    return this.#cost > MOST_OPEN_BYTES;
  }

  hasRoomFor(member: Member): boolean {
    return this.#cost + costOf(member) <= MOST_OPEN_BYTES;
  }

  get(key: string): Member | undefined {
    return this.#members.get(key);
  }

  values(): Iterable<Member> {
    return this.#members.values();
  }

  /** Whether a transition was not heard of. */
  isNew({ key, version }: AlertState): boolean {
    return version > (this.get(key)?.state.version ?? this.#settled.get(key) ?? 0);
  }

  set(member: Member): void {
    const { key } = member.state;
    this.#count(this.get(key), member);
    this.#members.set(key, member);
    this.#hasChanged = true;
  }

  /** Leaves out one of which nothing is left to be told. */
  remove(member: Member): void {
    const { key, version } = member.state;
    this.#count(member, undefined);
    this.#members.delete(key);
    this.settle(key, version);
  }

  /** Notes of one that is not among them, as the latest, how far its transitions were heard of. */
  settle(key: string, version: number): void {
    this.#settled.delete(key);
    this.#settled.set(key, version);
    this.#hasChanged = true;
  }

  /** What is kept of them. */
  kept(): Pick<Group, 'members' | 'settled'> {
    return { members: slimmed([...this.values()]), settled: latestSettled(this.#settled) };
  }

  #count(before: Member | undefined, after: Member | undefined): void {
    for (const [member, sign] of [
      [before, -1],
      [after, 1],
    ] as const) {
      if (member === undefined) continue;
      this.#cost += sign * costOf(member);
      if (isFiring(member.state)) this.#firing += sign;
      if (isOpen(member)) this.#open += sign;
    }
  }
}
