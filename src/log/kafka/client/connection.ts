import Cluster, { type InnerBroker, type PartitionMetadata } from 'kafkajs/src/cluster/index.js';
import type { KafkaSettings } from '../settings/settings.ts';
import type { WireRequest } from '../wire/requests/request.ts';
import { clusterOptions } from './client.ts';

export type Broker = InnerBroker;

/** Which coordinator: of a group's members and positions, or of a transactional id. */
export type CoordinatorOf = 'group' | 'transaction';

/**
 * Sockets of its own to a cluster. A broker answers one request of a socket at a time, so whoever waits long (a poll,
 * a join) must not share its link with others.
 */
export class Connection {
  #cluster: Cluster | undefined;
  #coordinators = new Map<string, number>();

  readonly #closed = new AbortController();

  constructor(readonly settings: KafkaSettings) {}

  /** Aborted when it is not to be used again. */
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

  /** Partitions and their leaders. Throws UNKNOWN_TOPIC_OR_PARTITION, also while a new topic spreads. */
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

  async coordinator(of: CoordinatorOf, id: string): Promise<Broker> {
    const cluster = await this.#ready();
    const known = this.#coordinators.get(`${of} ${id}`);
    if (known !== undefined) return cluster.findBroker({ nodeId: known });
    const coordinatorType = of === 'group' ? 0 : 1;
    const broker = await cluster.findGroupCoordinator({ groupId: id, coordinatorType });
    forgetStrangers(cluster);
    if (broker.nodeId !== null) this.#coordinators.set(`${of} ${id}`, Number(broker.nodeId));
    return broker;
  }

  /** Some broker; any can answer. */
  async any(): Promise<Broker> {
    const cluster = await this.#ready();
    await cluster.refreshMetadata();
    forgetStrangers(cluster);
    return cluster.findControllerBroker();
  }

  /** Sends a request of ours; kafkajs frames it and matches the answer. `waitMs`: the broker may take so long on purpose. */
  async send<T>(broker: Broker, { body, read, ...request }: WireRequest<T>, waitMs = 0): Promise<T> {
    const answer = await broker.connectionPool.send({
      request: { ...request, encode: async () => encoded(body()) },
      response: { decode: async (payload: Buffer) => payload, parse: async (payload: Buffer) => payload },
      requestTimeout: this.settings.requestTimeoutMs + waitMs,
      logResponseError: false,
    });
    return read(answer as Buffer);
  }

  /** Leaders and coordinators may have moved: asks again. */
  async refresh(): Promise<void> {
    this.#coordinators.clear();
    await (await this.#ready()).refreshMetadata();
  }

  close(): void {
    this.#closed.abort();
    this.drop();
  }

  /** Destroys every socket, whatever is under way on it fails; the next use makes new ones. */
  drop(): void {
    const pool = this.#cluster?.brokerPool;
    this.#cluster = undefined;
    this.#coordinators.clear();
    if (pool === undefined) return;
    const brokers = new Set([pool.seedBroker, ...Object.values(pool.brokers)]);
    for (const broker of brokers)
      for (const connection of broker?.connectionPool.pool ?? []) {
        connection.rejectRequests(new Error('the connection was given up'));
        connection.disconnect().catch(() => {});
        connection.socket?.destroy();
      }
  }
}

/** What kafkajs takes for an encoder of its own: its bytes, without another copy. */
const encoded = (bytes: Buffer) => ({ buf: bytes, buffer: bytes });

/** Without a topic of its own a link was told of all topics, to know the brokers: the topics are not kept, link by link. */
function forgetStrangers({ targetTopics, brokerPool }: Cluster): void {
  if (targetTopics.size === 0 && brokerPool.metadata !== null) brokerPool.metadata.topicMetadata = [];
}
