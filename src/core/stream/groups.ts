/** Members by group, each once, all in order of name: an order that a restart does not change. */
export class Groups {
  readonly #members = new Map<string, string[]>();

  add(group: string, member: string): void {
    const members = this.#members.get(group);
    if (members === undefined) {
      this.#members.set(group, [member]);
      return;
    }
    let low = 0;
    let high = members.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (members[middle]! < member) low = middle + 1;
      else high = middle;
    }
    if (members[low] !== member) members.splice(low, 0, member);
  }

  of(group: string): readonly string[] {
    return this.#members.get(group) ?? [];
  }

  entries(): readonly [group: string, members: readonly string[]][] {
    return [...this.#members].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
