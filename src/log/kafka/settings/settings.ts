import type { Millis } from '../../../core/util/time.ts';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** PEM texts, not paths. */
export interface TlsSettings {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly passphrase: string | undefined;
  /** The name the certificate must be for, when it is not the broker's host. */
  readonly serverName: string | undefined;
}

export type SaslSettings =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  /** Amazon MSK: a token signed with AWS credentials, found the AWS way (environment, profile, instance role). */
  | { readonly mechanism: 'aws-msk-iam'; readonly region: string };

/** How a cluster is reached and used; the defaults are in options.ts. */
export interface KafkaSettings {
  /** `host:port` of some brokers; the others are learnt from them. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls: TlsSettings | undefined;
  readonly sasl: SaslSettings | undefined;
  readonly compression: Compression;
  /** How long a small append waits for company. */
  readonly lingerMs: Millis;
  /** Most bytes of one batch, before compression. */
  readonly batchBytes: number;
  /** Most bytes of one answer to a fetch. */
  readonly fetchBytes: number;
  /** A member unheard of for this long is taken for dead; its partitions go to the others. */
  readonly sessionTimeoutMs: Millis;
  readonly heartbeatMs: Millis;
  /** How long a rebalance waits for members that are alive but do not join. */
  readonly rebalanceTimeoutMs: Millis;
  /** A transaction open for longer is aborted by the broker. */
  readonly transactionTimeoutMs: Millis;
  /** Topics are looked at this often: whether they are still the same, and how many partitions they have. */
  readonly metadataMaxAgeMs: Millis;
  readonly connectTimeoutMs: Millis;
  readonly requestTimeoutMs: Millis;
  /** Copies of the topics that are made here; undefined: the cluster's default. */
  readonly replication: number | undefined;
}

/** Who opens the log, and how patient he is. */
export interface Opener {
  /** Names transactional ids and the topic of sources' places: two pipelines share a cluster by it. */
  readonly app: string;
  /** How long a cluster that cannot be reached is waited for; Infinity: for ever. */
  readonly patienceMs: Millis;
  /** Told when something has to be waited for or was mended. */
  readonly warn: (message: string) => void;
}
