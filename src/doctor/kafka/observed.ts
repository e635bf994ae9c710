import type { Millis } from '../../core/util/time.ts';
import type { Configs } from '../../log/kafka/topic-configs.ts';

/** What was found on the cluster, before it is judged. */

export interface SeenBroker {
  readonly id: number;
  /** `host:port`, as the cluster tells its clients. */
  readonly address: string;
}

export interface SeenPartition {
  readonly partition: number;
  /** -1: none. */
  readonly leader: number;
  /** Brokers that should have a copy, and those whose copy is complete. */
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

export interface SeenTopic {
  readonly name: string;
  readonly partitions: readonly SeenPartition[];
}

/** Settings by the name of a topic, or by the number of a broker; undefined: this user may not see them. */
export type SeenConfigs = ReadonlyMap<string, Configs | undefined>;

export interface SeenPlace {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the next record to read. */
  readonly position: number;
  /** First offset still kept, and the end of what is committed. */
  readonly start: number;
  readonly end: number;
}

export interface SeenGroup {
  readonly name: string;
  /** Processes and their hosts. */
  readonly members: readonly string[];
  readonly places: readonly SeenPlace[];
}

/** A partition whose committed records end before its records do. */
export interface OpenTransaction {
  readonly topic: string;
  readonly partition: number;
  /** Offset of its first record. */
  readonly start: number;
  /** When its producer last wrote here, epoch ms; undefined: not told. */
  readonly lastWrite: Millis | undefined;
}
