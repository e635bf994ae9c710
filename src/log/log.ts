import { UserError } from '../core/errors.ts';
import type { Restored, StateChange } from '../core/stream/keyed-state.ts';
import type { Batch, NewRecord } from '../core/stream/record.ts';
import type { Millis } from '../core/util/time.ts';

/** Settings of a topic; the defaults by name are in market/topics.ts. */
export interface TopicSettings {
  readonly partitions: number;
  /** Records older than this are deleted; undefined keeps them. */
  readonly retentionMs: Millis | undefined;
  /** Only the newest record of each key is kept, once compaction has run. */
  readonly compacted: boolean;
  /** Copies of each partition; undefined: as many as the bus makes by itself. The embedded log has one. */
  readonly replication?: number | undefined;
  /** Further settings in the bus's own words: Kafka's `segment.ms`. The embedded log has none and ignores them. */
  readonly config?: Readonly<Record<string, string>> | undefined;
}

/** A setting of a topic that is not as wanted, both as the bus writes them. */
export interface Difference {
  readonly setting: string;
  readonly is: string;
  readonly wanted: string;
}

export interface TopicInfo extends TopicSettings {
  readonly name: string;
}

export interface PartitionInfo {
  readonly partition: number;
  /** First offset still kept, and the offset that the next record gets. */
  readonly start: number;
  readonly end: number;
  /** At most so many: compaction and transactions leave holes that some buses do not count. */
  readonly records: number;
  /** Undefined where the bus does not say. */
  readonly bytes: number | undefined;
  /** Append times, epoch ms; undefined when empty. */
  readonly firstTime: Millis | undefined;
  readonly lastTime: Millis | undefined;
}

export type GroupPositions = ReadonlyMap<string, readonly (number | undefined)[]>;

export interface TopicDetails extends TopicInfo {
  readonly partitionInfos: readonly PartitionInfo[];
  /** Committed offset by group, one for each partition; undefined where a group has none. */
  groups(): Promise<GroupPositions>;
}

/** A source's place in what it reads, stored in the same step as its records. */
export interface Mark {
  readonly name: string;
  readonly value: string;
  /** What the place must still be; another value means that somebody else reads the same thing: Problem `locked`. */
  readonly previous: string | undefined;
}

/** One atomic step of a task: all of it or nothing. Offsets are the next ones to read. */
export interface Commit {
  readonly outputs: readonly NewRecord[];
  readonly offsets: ReadonlyMap<string, number>;
  readonly state: readonly StateChange[];
}

/**
 * A partition number of each of a group's inputs, owned by this process until `revoked` aborts and it releases,
 * or until another takes it over (then `commit` throws Problem `fenced`).
 */
export interface Task {
  readonly group: string;
  readonly partition: number;
  /** Aborted when the task should finish, commit and release; reason is a Problem `fenced` when it is lost already. */
  readonly revoked: AbortSignal;
  /** The state and committed offsets that the last commit left. */
  state(): Promise<Restored>;
  position(topic: string): number;
  seek(topic: string, offset: number): void;
  /** The next batches of one input, about `maxBytes` of them; [] at its end. Moves the position. */
  read(topic: string, maxBytes: number): Promise<readonly Batch[]>;
  /** The end offset of each input now. */
  ends(): Promise<ReadonlyMap<string, number>>;
  /** Resolves when an input has grown past the position, or the signal aborts, or after `span`. */
  grown(span: Millis, signal: AbortSignal): Promise<void>;
  commit(commit: Commit): Promise<void>;
  /** The destination says that another process has it: `revoked` aborts with the Problem. A membership takes it up anew. */
  lose(problem: UserError): void;
  release(): Promise<void>;
}

export interface GroupSpec {
  /** Names positions and state: `<app>.<processor>` or `<app>.<sink>`. */
  readonly group: string;
  /** Topics with equal partition counts; task N owns partition N of each. */
  readonly inputs: readonly string[];
  /** A one-shot run: joins only when nobody else is in, throws Problem `locked` otherwise. */
  readonly exclusive: boolean;
  /** Its commits have positions only, no outputs and no state: a sink, whose destination is the truth. */
  readonly positionsOnly?: boolean;
  /** Called for each task that this process gets, until `leave`. */
  readonly assigned: (task: Task) => void;
}

export interface Membership {
  /** Number of tasks of the group, over all processes. */
  readonly partitions: number;
  /** Resolves when this process has had its share once: what others still hold of it they have handed over. */
  settled(): Promise<void>;
  /** Records of partitions that were added and that nobody reads yet; 0 where none can be added. */
  unread(): Promise<number>;
  /** Asks each task back and resolves when all are released. */
  leave(): Promise<void>;
  /** Rejects when membership has failed for good (disk full, bus gone). */
  readonly failed: Promise<never>;
}

/** The bus as every stage sees it: topics, an append, groups of tasks. log/local and log/kafka keep this contract. */
export interface Log {
  readonly url: string;
  /** False when it was there already; then it stays as it is, see `differences`. */
  createTopic(name: string, settings: TopicSettings): Promise<boolean>;
  /** How a topic that is there differs; what `settings` leaves out is not compared. */
  differences(name: string, settings: TopicSettings): Promise<readonly Difference[]>;
  /** Gives a topic these settings and keeps its others. Throws Problem `usage` for other partitions or copies. */
  updateTopic(name: string, settings: TopicSettings): Promise<void>;
  deleteTopic(name: string): Promise<boolean>;
  topics(): Promise<readonly TopicInfo[]>;
  describe(name: string): Promise<TopicDetails | undefined>;
  /**
   * What no other topic has: none of this name on another bus, and none that was made anew. Letters, digits, `-` and
   * `_`; undefined where the bus gives none. Throws Problem for a topic that is not there.
   */
  identity(name: string): Promise<string | undefined>;
  /** Durable, and visible to readers, when it resolves. Unknown topics are made with their defaults. */
  append(records: readonly NewRecord[], mark?: Mark): Promise<void>;
  mark(name: string): Promise<string | undefined>;
  /** The first offset appended at `time` or later; the end when there is none. */
  offsetAt(topic: string, partition: number, time: Millis): Promise<number>;
  /**
   * Moves a group's positions in a topic, one offset for each partition. Throws Problem `locked` while the group has
   * members.
   */
  resetGroup(group: string, topic: string, offsets: readonly number[]): Promise<void>;
  /** Batches of one partition from an offset on; ends at the end, or follows it until the signal aborts. */
  read(topic: string, partition: number, from: number, follow?: AbortSignal): AsyncIterable<Batch>;
  join(spec: GroupSpec): Promise<Membership>;
  close(): Promise<void>;
}

/** Another has moved a mark on. */
export const readByAnother = (name: string): UserError =>
  new UserError(
    'locked',
    `${name} is being read by another run; nothing of this step was written`,
    'Wait until that run has ended, or stop it.',
  );

export const goneProblem = (topic = 'a topic'): UserError =>
  new UserError(
    'failed',
    `topic ${topic} is gone: somebody deleted it while it was in use`,
    'Start again: the topic is made anew, and read from its beginning. A lake that has records of the old one needs another --group or place.',
  );

/** Another topic has taken the name of the one that was being read. */
export const madeAnewProblem = (topic: string): UserError =>
  new UserError(
    'failed',
    `topic ${topic} was deleted and made anew while it was in use; nothing of the new one was read`,
    'Start again: the new topic is read from its beginning. A lake or a collection that has records of the old one needs another --group or place.',
  );

/** For a reader that retention overtook. */
export const deletedUnread = (topic: string, partition: number, from: number, start: number): string =>
  `${topic}/${partition}: offsets ${from} to ${start - 1} were deleted by retention before they were read; going on at ${start}`;

/** A group's name with what it reads, for messages. */
export const familyOf = (group: string, inputs: readonly string[]): string =>
  `${group} (${inputs.join(', ')})`;

/** `who` is in the family already, and one of the two wants it for himself. */
export const runBy = (family: string, who: string): UserError =>
  new UserError(
    'locked',
    `${family} is being run by ${who}`,
    'Wait until that run has ended, or stop it; --share joins it.',
  );

/** Partitions of topics that are read together; `counts` in the order of `topics`. Throws Problem `usage` when they differ. */
export function equalCount(topics: readonly string[], counts: readonly number[]): number {
  if (new Set(counts).size > 1)
    throw new UserError(
      'usage',
      `topics that are joined need equal partition counts: ${topics.map((topic, i) => `${topic} ${counts[i]}`).join(', ')}`,
      'Make them anew with the same --partitions.',
    );
  return counts[0] ?? 0;
}

/** The hint for records `first` to `last` of a partition that cannot be read. */
export const howToSkip = (topic: string, partition: number, first: number, last: number): string =>
  `To go on without the records at offsets ${first} to ${last}: 'cryptopipe topics reset ${topic} --group NAME --skip ${last} --partition ${partition} --yes' (a Delta table keeps its own position and does not follow it).`;
