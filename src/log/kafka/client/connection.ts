import Cluster, { type InnerBroker, type PartitionMetadata } from 'kafkajs/src/cluster/index.js';
import type { KafkaSettings } from '../settings/settings.ts';
import type { WireRequest } from '../wire/requests/request.ts';
import { clusterOptions } from './client.ts';

export type Broker = InnerBroker;

/** A group's coordinator holds members and offsets; a transaction coordinator holds a transactional id. */
export type CoordinatorType = 'group' | 'transaction';

/**
 * A set of sockets to a cluster. A broker handles one request per socket at a time, so long requests (fetch polls,
 * JoinGroup) need a connection of their own.
 */
export class Connection {
  #cluster: Cluster | undefined;
  #coordinators = new Map<string, number>();

  readonly #closed = new AbortController();

  constructor(readonly settings: KafkaSettings) {}

  /** Aborted once the connection is closed for good. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  async #ready(): Promise<Cluster> {
    if (this.closed.aborted) throw new Error('the connection is closed');
    this.#cluster ??= new Cluster(clusterOptions(this.settings));
    const cluster = this.#cluster;
    await cluster.connect();
    return cluster;
  }

  /** Partitions and their leaders. Throws UNKNOWN_TOPIC_OR_PARTITION, also while a new topic propagates. */
  async partitions(topic: string): Promise<readonly PartitionMetadata[]> {
    const cluster = await this.#ready();
    await cluster.addTargetTopic(topic);
    if (cluster.findTopicPartitionMetadata(topic).length === 0) await cluster.refreshMetadata();
    const found = cluster.findTopicPartitionMetadata(topic);
    if (found.length === 0) throw new Error(`${topic} is not in the metadata yet`);
    return found;
  }

  async leader(topic: string, partition: number): Promise<Broker> {
    const found = (await this.partitions(topic)).find(({ partitionId }) => partitionId === partition);
    const cluster = await this.#ready();
    if (found === undefined || found.leader < 0) {
      await cluster.refreshMetadata();
      throw new Error(`${topic}/${partition} has no leader now`);
    }
    return cluster.findBroker({ nodeId: found.leader });
  }

  async coordinator(type: CoordinatorType, id: string): Promise<Broker> {
    const cluster = await this.#ready();
    const known = this.#coordinators.get(`${type} ${id}`);
    if (known !== undefined) return cluster.findBroker({ nodeId: known });
    const coordinatorType = type === 'group' ? 0 : 1;
    const broker = await cluster.findGroupCoordinator({ groupId: id, coordinatorType });
    dropUnusedTopics(cluster);
    if (broker.nodeId !== null) this.#coordinators.set(`${type} ${id}`, Number(broker.nodeId));
    return broker;
  }

  /** The controller, for requests that any broker can serve. */
  async any(): Promise<Broker> {
    const cluster = await this.#ready();
    await cluster.refreshMetadata();
    dropUnusedTopics(cluster);
    return cluster.findControllerBroker();
  }

  /** Sends a wire request; kafkajs frames it and matches the response. `waitMs` extends the timeout for long polls. */
  async send<T>(broker: Broker, { body, read, ...request }: WireRequest<T>, waitMs = 0): Promise<T> {
    const answer = await broker.connectionPool.send({
      request: { ...request, encode: async () => encoded(body()) },
      response: { decode: async (payload: Buffer) => payload, parse: async (payload: Buffer) => payload },
      requestTimeout: this.settings.requestTimeoutMs + waitMs,
      logResponseError: false,
    });
    return read(answer as Buffer);
  }

  /** Refetches leaders and coordinators, which may have moved. */
  async refresh(): Promise<void> {
    this.#coordinators.clear();
    await (await this.#ready()).refreshMetadata();
  }

  close(): void {
    this.#closed.abort();
    this.drop();
  }

  /** Destroys every socket, which fails the requests in flight; the next use opens new ones. */
  drop(): void {
    const pool = this.#cluster?.brokerPool;
    this.#cluster = undefined;
    this.#coordinators.clear();
    if (pool === undefined) return;
    const brokers = new Set([pool.seedBroker, ...Object.values(pool.brokers)]);
    for (const broker of brokers)
      for (const connection of broker?.connectionPool.pool ?? []) {
        connection.rejectRequests(new Error('the connection was dropped'));
        connection.disconnect().catch(() => {});
        connection.socket?.destroy();
      }
  }
}

/** Wraps bytes as a kafkajs encoder without copying them. */
const encoded = (bytes: Buffer) => ({ buf: bytes, buffer: bytes });

/** A connection without target topics fetches metadata of all topics to learn the brokers; drop those topics to save memory. */
function dropUnusedTopics({ targetTopics, brokerPool }: Cluster): void {
  if (targetTopics.size === 0 && brokerPool.metadata !== null) brokerPool.metadata.topicMetadata = [];
}
