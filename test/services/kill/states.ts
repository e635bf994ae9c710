import type { Log, Task } from '../../../src/log/log.ts';

/** A group's state, as a new owner rebuilds it, and how far it has read. */
export interface Found {
  /** Texts by `partition key`, without what may depend on when records were read. */
  readonly state: ReadonlyMap<string, string>;
  /** Records of its inputs that it has not read. */
  readonly unread: number;
}

/** Takes every task of a group for a moment; the group must have no other member. */
export async function statesOf(log: Log, group: string, inputs: readonly string[]): Promise<Found> {
  const state = new Map<string, string>();
  const inspections: Promise<void>[] = [];
  let unread = 0;
  async function inspect(task: Task): Promise<void> {
    for (const [key, value] of plain(await task.state())) state.set(`${task.partition} ${key}`, value);
    for (const [topic, end] of await task.ends()) unread += Math.max(0, end - task.position(topic));
    await task.release();
  }
  const membership = await log.join({
    group,
    inputs,
    exclusive: true,
    assigned: (task) => inspections.push(inspect(task)),
  });
  while (inspections.length < membership.partitions) await Promise.race([membership.failed, pause()]);
  await Promise.all(inspections);
  await membership.leave();
  return { state, unread };
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

/**
 * Leaves out what may differ between runs: when a source was last seen (clock time), the offsets in `prices`, where the tasks of
 * `join` interleave, and how the ids that `select` has seen in a minute are split into chunks, one per commit.
 */
function plain(state: ReadonlyMap<string, string>): Map<string, string> {
  const found = new Map<string, string>();
  const ids = new Map<string, string[]>();
  for (const [key, value] of state) {
    if (key.startsWith('seen|')) {
      const minute = key.slice(0, key.lastIndexOf('|'));
      ids.set(minute, [...(ids.get(minute) ?? []), ...(JSON.parse(value) as string[])]);
    } else found.set(key, JSON.stringify(JSON.parse(value), withoutRunFacts));
  }
  for (const [minute, all] of ids) found.set(minute, all.sort().join());
  return found;
}

const RUN_FACTS: ReadonlySet<string> = new Set(['lastSeen', 'firstOffset', 'lastOffset']);

/** For JSON.stringify. States stand inside what is stored of a window or of a key's clock. */
const withoutRunFacts = (name: string, value: unknown): unknown => (RUN_FACTS.has(name) ? undefined : value);

/** Keys whose texts differ, with examples of both texts. */
export function differing(
  undisturbed: Found['state'],
  disturbed: Found['state'],
): { count: number; samples: string[] } {
  const keys = new Set([...undisturbed.keys(), ...disturbed.keys()]);
  const wrong = [...keys].filter((key) => undisturbed.get(key) !== disturbed.get(key));
  const shown = (text: string | undefined) => text?.slice(0, 300) ?? 'nothing';
  return {
    count: wrong.length,
    samples: wrong
      .slice(0, 3)
      .map(
        (key) =>
          `${key}: undisturbed ${shown(undisturbed.get(key))} | disturbed ${shown(disturbed.get(key))}`,
      ),
  };
}
