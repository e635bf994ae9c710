import type { Batch, NewRecord } from '../core/record.ts';
import type { StateChange } from '../core/state.ts';
import type { Millis } from '../core/time.ts';

/** Settings of a topic; the defaults by name are in market/topics.ts. */
export interface TopicSettings {
  readonly partitions: number;
  /** Records older than this are deleted; undefined keeps them. */
  readonly retentionMs: Millis | undefined;
  /** Only the newest record of each key is kept, once compaction has run. */
  readonly compacted: boolean;
}

export interface TopicInfo extends TopicSettings {
  readonly name: string;
}

export interface PartitionInfo {
  readonly partition: number;
  /** First offset still kept, and the offset that the next record gets. */
  readonly start: number;
  readonly end: number;
  readonly records: number;
  readonly bytes: number;
  /** Append times, epoch ms; undefined when empty. */
  readonly firstTime: Millis | undefined;
  readonly lastTime: Millis | undefined;
}

export interface TopicDetails extends TopicInfo {
  readonly partitionInfos: readonly PartitionInfo[];
  /** Committed offset by group, one for each partition; undefined where a group has none. */
  readonly groups: ReadonlyMap<string, readonly (number | undefined)[]>;
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
  state(): Promise<ReadonlyMap<string, string>>;
  position(topic: string): number;
  seek(topic: string, offset: number): void;
  /** The next batches of one input, about `maxBytes` of them; [] at its end. Moves the position. */
  read(topic: string, maxBytes: number): Promise<readonly Batch[]>;
  /** The end offset of each input now. */
  ends(): Promise<ReadonlyMap<string, number>>;
  /** Resolves when an input has grown past the position, or the signal aborts, or after `span`. */
  grown(span: Millis, signal: AbortSignal): Promise<void>;
  commit(commit: Commit): Promise<void>;
  release(): Promise<void>;
}

export interface GroupSpec {
  /** Names positions and state: `<app>.<processor>` or `<app>.<sink>`. */
  readonly group: string;
  /** Topics with equal partition counts; task N owns partition N of each. */
  readonly inputs: readonly string[];
  /** A one-shot run: joins only when nobody else is in, throws Problem `locked` otherwise. */
  readonly exclusive: boolean;
  /** Called for each task that this process gets, until `leave`. */
  readonly assigned: (task: Task) => void;
}

export interface Membership {
  /** Number of tasks of the group, over all processes. */
  readonly partitions: number;
  /** Asks each task back and resolves when all are released. */
  leave(): Promise<void>;
  /** Rejects when membership has failed for good (disk full, bus gone). */
  readonly failed: Promise<never>;
}

/** The bus as every stage sees it: topics, an append, groups of tasks. log/local and log/kafka keep this contract. */
export interface Log {
  readonly url: string;
  /** False when it was there already. Throws Problem `usage` when it is there with other settings. */
  createTopic(name: string, settings: TopicSettings): Promise<boolean>;
  deleteTopic(name: string): Promise<boolean>;
  topics(): Promise<readonly TopicInfo[]>;
  describe(name: string): Promise<TopicDetails | undefined>;
  /** Durable, and visible to readers, when it resolves. Unknown topics are made with their defaults. */
  append(records: readonly NewRecord[], mark?: Mark): Promise<void>;
  mark(name: string): Promise<string | undefined>;
  /** Batches of one partition from an offset on; ends at the end, or follows it until the signal aborts. */
  read(topic: string, partition: number, from: number, follow?: AbortSignal): AsyncIterable<Batch>;
  join(spec: GroupSpec): Promise<Membership>;
  close(): Promise<void>;
}
