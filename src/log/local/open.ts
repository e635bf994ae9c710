import type { NewRecord } from '../../core/stream/record.ts';
import type { Clock } from '../../core/util/clock.ts';
import { SECOND } from '../../core/util/time.ts';
import { type Log, type SourcePosition, sourceLockedError, type TopicSettings } from '../log.ts';
import { joinGroup } from './group/group.ts';
import { resetGroup } from './group/reset.ts';
import { prepare, putBatches, putTopic, stillFits } from './partitions.ts';
import { endOf, offsetAt, readBatches } from './reader.ts';
import { runRetention } from './retention-loop.ts';
import { compare, rowOf, updateTopic } from './settings.ts';
import { shortened } from './storage/rows.ts';
import { cannotFollow, isReadOnly } from './storage/snapshot.ts';
import { assertThere, closeStore, openSnapshot, openStore, transact } from './storage/store.ts';
import { deleteTopic, describeTopic, identityOf, topicInfo } from './topics.ts';
import { Wake } from './wake.ts';

/** Bytes per step of a plain read. */
const READ_BYTES = 1 << 20;
/** A follower checks at least this often that its bus still exists; new records wake it much sooner. */
const FOLLOW_MS = SECOND;

/**
 * The embedded log: a folder, used by any number of processes on one machine. `warn` reports records deleted unread.
 * `reading`: also opens a read-only bus, whose writes fail. Throws UserError `damaged` or `usage`.
 */
export async function openLocalLog(
  dir: string,
  clock: Clock,
  warn: (message: string) => void = () => undefined,
  reading = false,
): Promise<Log> {
  const store = reading && isReadOnly(dir) ? openSnapshot(dir) : openStore(dir);
  const wake = new Wake();
  const retention = store.snapshot === undefined ? runRetention(store, clock) : undefined;

  async function append(records: readonly NewRecord[], position?: SourcePosition): Promise<void> {
    const name = position && shortened(position.name);
    for (;;) {
      const now = clock.now();
      const prepared = prepare(store, records, now);
      const answer = await transact(store, () => {
        if (name !== undefined && store.sourcePositions.get(name) !== position!.previous) return 'moved';
        if (!stillFits(store, prepared)) return 'again';
        putBatches(store, prepared, now);
        if (name !== undefined) store.sourcePositions.put(name, position!.value);
        return 'done';
      });
      if (answer === 'done') return wake.poke();
      if (answer === 'moved') throw sourceLockedError(position!.name);
    }
  }

  const createTopic = (name: string, settings: TopicSettings): Promise<boolean> =>
    transact(store, () => {
      if (store.topics.get(name) !== undefined) return false;
      putTopic(store, name, settings);
      return true;
    });

  return {
    url: `local:${dir}`,
    append,
    createTopic,
    differences: async (name, settings) => compare(rowOf(store, name), settings),
    updateTopic: (name, settings) => updateTopic(store, name, settings),
    deleteTopic: (name) => deleteTopic(store, name),
    topics: async () => [...store.topics.getRange({})].map(({ key, value }) => topicInfo(key, value)),
    describe: async (name) => describeTopic(store, name),
    identity: (name) => identityOf(store, name),
    sourcePosition: async (name) => store.sourcePositions.get(shortened(name)),
    offsetAt: async (topic, partition, time) => offsetAt(store, topic, partition, time),
    resetGroup: (group, topic, offsets) => resetGroup(store, group, topic, offsets, clock.monotonic()),
    async *read(topic, partition, from, follow) {
      for (let at = from; ; ) {
        const { batches, next } = readBatches(store, topic, partition, at, READ_BYTES);
        yield* batches;
        at = next;
        if (batches.length > 0) continue;
        if (follow === undefined || follow.aborted) return;
        if (store.snapshot !== undefined) throw cannotFollow(dir);
        assertThere(store);
        await wake.until(() => endOf(store, topic, partition) > at, FOLLOW_MS, follow);
      }
    },
    join: (spec) => joinGroup(store, wake, clock, warn, spec),
    async close() {
      await retention?.stop();
      wake.close();
      await closeStore(store);
    },
  };
}
