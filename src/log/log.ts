import { UserError } from '../core/errors.ts';
import type { Restored, StateChange } from '../core/stream/keyed-state.ts';
import type { Batch, EncodedBatch, NewRecord } from '../core/stream/record.ts';
import type { Millis } from '../core/util/time.ts';

/** Settings of a topic; market/catalog/topics.ts has the defaults by name. */
export interface TopicSettings {
  readonly partitions: number;
  /** Records older than this are deleted; undefined keeps them forever. */
  readonly retentionMs: Millis | undefined;
  /** Only the newest record of each key is kept, once compaction has run. */
  readonly compacted: boolean;
  /** Copies of each partition; undefined: the bus's default. The embedded log has one. */
  readonly replication?: number | undefined;
  /** Further settings by the bus's names, such as Kafka's `segment.ms`. The embedded log ignores them. */
  readonly config?: Readonly<Record<string, string>> | undefined;
}

/** A topic setting that differs from the expected value, both in the bus's notation. */
export interface Difference {
  readonly setting: string;
  readonly is: string;
  readonly expected: string;
}

export interface TopicInfo extends TopicSettings {
  readonly name: string;
}

export interface PartitionInfo {
  readonly partition: number;
  /** The first offset kept, and the offset of the next record. */
  readonly start: number;
  readonly end: number;
  /** An upper bound: compaction and transactions leave holes that some buses do not count. */
  readonly records: number;
  /** Undefined if the bus does not report it. */
  readonly bytes: number | undefined;
  /** Append times, epoch ms; undefined if empty. */
  readonly firstTime: Millis | undefined;
  readonly lastTime: Millis | undefined;
}

export type GroupPositions = ReadonlyMap<string, readonly (number | undefined)[]>;

export interface TopicDetails extends TopicInfo {
  readonly partitionInfos: readonly PartitionInfo[];
  /** Committed offset by group, one per partition; undefined where a group has none. */
  groups(): Promise<GroupPositions>;
}

/** A source's position in its input, stored atomically with its records. */
export interface SourcePosition {
  readonly name: string;
  readonly value: string;
  /** The expected current value. If it differs, another process reads the same input: UserError `locked`. */
  readonly previous: string | undefined;
}

/** One atomic step of a task. Offsets are the next ones to read. */
export interface Commit {
  readonly outputs: readonly NewRecord[];
  readonly offsets: ReadonlyMap<string, number>;
  readonly state: readonly StateChange[];
}

/**
 * A partition number of each of a group's inputs. This process owns it until it releases it after `revoked` aborts, or
 * until another process takes it over; then `commit` throws UserError `fenced`.
 */
export interface Task {
  readonly group: string;
  readonly partition: number;
  /** Aborts when the task should finish, commit and release. The reason is a UserError `fenced` if the task is already lost. */
  readonly revoked: AbortSignal;
  /** The state of the last commit. */
  state(): Promise<Restored>;
  position(topic: string): number;
  seek(topic: string, offset: number): void;
  /**
   * Reads the next batches of one input, about `maxBytes`; [] at its end. Advances the position. With `asBytes`, a bus that
   * stores bytes gives each record its `encoded` value.
   */
  read(topic: string, maxBytes: number, asBytes?: boolean): Promise<readonly Batch[]>;
  /** Like `read`, but leaves the decoding to another thread; absent on a bus whose batches it cannot decode. */
  readEncoded?(topic: string, maxBytes: number): Promise<readonly EncodedBatch[]>;
  /** Stores the bytes of outputs as they are; absent on a bus that needs their texts. */
  readonly takesBytes?: boolean;
  /** The current end offset of each input. */
  ends(): Promise<ReadonlyMap<string, number>>;
  /** Resolves when an input has records past the position, when the signal aborts, or after `span`. */
  grown(span: Millis, signal: AbortSignal): Promise<void>;
  commit(commit: Commit): Promise<void>;
  /** Called if the destination shows that another process owns it: aborts `revoked` with the error. The group reassigns it. */
  lose(error: UserError): void;
  release(): Promise<void>;
}

export interface GroupSpec {
  /** Identifies positions and state: `<app>.<processor>` or `<app>.<sink>`. */
  readonly group: string;
  /** Topics with equal partition counts; task N owns partition N of each. */
  readonly inputs: readonly string[];
  /** A one-shot run: throws UserError `locked` if the group has another member. */
  readonly exclusive: boolean;
  /** Its commits have only positions, no outputs or state: a sink, whose destination is the source of truth. */
  readonly positionsOnly?: boolean;
  /** Called for each task assigned to this process, until `leave`. */
  readonly assigned: (task: Task) => void;
}

export interface Membership {
  /** Number of tasks of the group in all processes. */
  readonly partitions: number;
  /** Resolves when this process has received its share of the tasks, after the others have handed over theirs. */
  settled(): Promise<void>;
  /** Records of added partitions that no task reads yet; 0 if partitions cannot be added. */
  unread(): Promise<number>;
  /** Revokes each task and resolves when all are released. */
  leave(): Promise<void>;
  /** Rejects when the membership has failed permanently (disk full, bus deleted). */
  readonly failed: Promise<never>;
}

/** The interface of the bus: topics, append, groups of tasks. Implemented by log/local and log/kafka. */
export interface Log {
  readonly url: string;
  /** False if the topic exists; it is not changed then, see `differences`. */
  createTopic(name: string, settings: TopicSettings): Promise<boolean>;
  /** How an existing topic differs from `settings`; absent settings are not compared. */
  differences(name: string, settings: TopicSettings): Promise<readonly Difference[]>;
  /** Changes these settings and keeps the others. Throws UserError `usage` for other partitions or copies. */
  updateTopic(name: string, settings: TopicSettings): Promise<void>;
  deleteTopic(name: string): Promise<boolean>;
  topics(): Promise<readonly TopicInfo[]>;
  describe(name: string): Promise<TopicDetails | undefined>;
  /**
   * A unique id of the topic, different for a topic of this name on another bus and for a recreated one. Letters, digits,
   * `-` and `_`; undefined if the bus has none. Throws UserError if there is no such topic.
   */
  identity(name: string): Promise<string | undefined>;
  /** Resolves when the records are durable and visible to readers. Creates unknown topics with their defaults. */
  append(records: readonly NewRecord[], position?: SourcePosition): Promise<void>;
  sourcePosition(name: string): Promise<string | undefined>;
  /** The first offset appended at `time` or later; the end offset if there is none. */
  offsetAt(topic: string, partition: number, time: Millis): Promise<number>;
  /** Sets a group's positions in a topic, one offset per partition. Throws UserError `locked` while the group has members. */
  resetGroup(group: string, topic: string, offsets: readonly number[]): Promise<void>;
  /** Batches of one partition from an offset. Stops at the end, or with `follow` when the signal aborts. */
  read(topic: string, partition: number, from: number, follow?: AbortSignal): AsyncIterable<Batch>;
  join(spec: GroupSpec): Promise<Membership>;
  close(): Promise<void>;
}

/** The error of a run whose source another run reads too: the stored position is not the expected one. */
export const sourceLockedError = (name: string): UserError =>
  new UserError(
    'locked',
    `${name} is being read by another run; this step was not written`,
    'Wait until that run has ended, or stop it.',
  );

/** The error of a reader or writer whose topic was deleted. */
export const topicDeletedError = (topic = 'a topic'): UserError =>
  new UserError(
    'failed',
    `topic ${topic} was deleted while it was in use`,
    'Start again: the topic is created again and read from its beginning. A lake that has records of the old topic needs another --group or folder.',
  );

/** The error of a reader whose topic was deleted and created again. */
export const topicRecreatedError = (topic: string): UserError =>
  new UserError(
    'failed',
    `topic ${topic} was deleted and recreated while it was in use; nothing of the new topic was read`,
    'Start again: the new topic is read from its beginning. A lake or a collection that has records of the old topic needs another --group, folder or collection.',
  );

/** The warning of a reader whose next records retention has deleted. `start`: the first offset that is left. */
export const unreadDeletedWarning = (topic: string, partition: number, from: number, start: number): string =>
  `${topic}/${partition}: offsets ${from} to ${start - 1} were deleted by retention before they were read; continuing at ${start}`;

/** A group's name with its inputs, for messages. */
export const familyOf = (group: string, inputs: readonly string[]): string =>
  `${group} (${inputs.join(', ')})`;

/** The error of a run that cannot join because `who` is a member and one of the two runs is exclusive. */
export const groupLockedError = (family: string, who: string): UserError =>
  new UserError(
    'locked',
    `${family} is being run by ${who}`,
    'Wait until that run has ended, or stop it; use --share to join it.',
  );

/** The partition count of topics that are read together; `counts` in the order of `topics`. Throws UserError `usage` if they differ. */
export function partitionCountOf(topics: readonly string[], counts: readonly number[]): number {
  if (new Set(counts).size > 1)
    throw new UserError(
      'usage',
      `topics that are read together need equal partition counts: ${topics.map((topic, i) => `${topic} ${counts[i]}`).join(', ')}`,
      'Delete and create them with the same --partitions.',
    );
  return counts[0] ?? 0;
}

/** The hint for records `first` to `last` of a partition that cannot be read: how to skip them. */
export const skipRecordsHint = (topic: string, partition: number, first: number, last: number): string =>
  `To skip offsets ${first} to ${last}, run 'cryptopipe topics reset ${topic} --group NAME --skip ${last} --partition ${partition} --yes' (not for a Delta table, which keeps its own position).`;
