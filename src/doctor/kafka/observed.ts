import type { Millis } from '../../core/util/time.ts';
import type { Configs } from '../../log/kafka/topic-configs.ts';

/* Facts collected from the cluster; the checks evaluate them. */

export interface ObservedBroker {
  readonly id: number;
  /** `host:port` as advertised by the cluster. */
  readonly address: string;
}

export interface ObservedPartition {
  readonly partition: number;
  /** Broker id; -1 if there is no leader. */
  readonly leader: number;
  /** Ids of the brokers that hold a replica, and of those whose replica is in sync. */
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

export interface ObservedTopic {
  readonly name: string;
  readonly partitions: readonly ObservedPartition[];
}

/** Settings by topic name or broker id; undefined if this user may not read them. */
export type ConfigsByName = ReadonlyMap<string, Configs | undefined>;

export interface GroupOffset {
  readonly topic: string;
  readonly partition: number;
  /** Next offset the group will read. */
  readonly position: number;
  /** First retained offset, and the end of the committed records. */
  readonly start: number;
  readonly end: number;
}

export interface ObservedGroup {
  readonly name: string;
  /** One description per process, with its host. */
  readonly members: readonly string[];
  readonly offsets: readonly GroupOffset[];
}

/** A partition with an open transaction. */
export interface OpenTransaction {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the transaction's first record. */
  readonly start: number;
  /** Last write by its producer, epoch ms; undefined if unknown. */
  readonly lastWrite: Millis | undefined;
}
