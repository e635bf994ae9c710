import type { Millis } from '../../../core/util/time.ts';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** PEM contents, not paths. */
export interface TlsSettings {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly passphrase: string | undefined;
  /** Expected name in the certificate, if not the broker's host. */
  readonly serverName: string | undefined;
}

export type SaslSettings =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  /** Amazon MSK: a token signed with AWS credentials, from AWS's usual places (environment, profile, instance role). */
  | { readonly mechanism: 'aws-msk-iam'; readonly region: string };

/** How to connect to a cluster and use it; options.ts has the defaults. */
export interface KafkaSettings {
  /** `host:port` of bootstrap brokers, which report the others. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls: TlsSettings | undefined;
  readonly sasl: SaslSettings | undefined;
  readonly compression: Compression;
  /** How long a small append waits to be batched with others. */
  readonly lingerMs: Millis;
  /** Maximum bytes of one batch, before compression. */
  readonly batchBytes: number;
  /** Maximum bytes of one fetch response. */
  readonly fetchBytes: number;
  /** A member without heartbeats for this long counts as dead; others get its partitions. */
  readonly sessionTimeoutMs: Millis;
  readonly heartbeatMs: Millis;
  /** How long a rebalance waits for members that are alive but have not rejoined. */
  readonly rebalanceTimeoutMs: Millis;
  /** The broker aborts a transaction that is open for longer. */
  readonly transactionTimeoutMs: Millis;
  /** How often to check topics for new partitions and recreation. */
  readonly metadataMaxAgeMs: Millis;
  readonly connectTimeoutMs: Millis;
  readonly requestTimeoutMs: Millis;
  /** Replicas of created topics; undefined: the cluster's default. */
  readonly replication: number | undefined;
}

/** The caller's context of a log. */
export interface KafkaContext {
  /** Prefix of transactional ids and of the source offset topic, so that pipelines can share a cluster. */
  readonly app: string;
  /** How long to retry an unreachable cluster; Infinity: forever. */
  readonly maxWaitMs: Millis;
  /** Reports retries and recoveries. */
  readonly warn: (message: string) => void;
}
