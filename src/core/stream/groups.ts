import { lowerBound } from '../util/binary-search.ts';

/** Sets of members by group. Groups and members are sorted by name, so a restart keeps their order. */
export class Groups {
  readonly #members = new Map<string, string[]>();

  add(group: string, member: string): void {
    const members = this.#members.get(group);
    if (members === undefined) {
      this.#members.set(group, [member]);
      return;
    }
    const at = lowerBound(0, members.length, (index) => members[index]! >= member);
    if (members[at] !== member) members.splice(at, 0, member);
  }

  of(group: string): readonly string[] {
    return this.#members.get(group) ?? [];
  }

  entries(): readonly [group: string, members: readonly string[]][] {
    return [...this.#members].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
