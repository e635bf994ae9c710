import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { listNames } from '../failed-check.ts';

export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** A broker's ApiVersions response (KIP-35, KIP-584). */
export interface BrokerVersions {
  /** Supported versions by API key. */
  readonly requests: ReadonlyMap<number, VersionRange>;
  /** Feature levels that the broker supports. */
  readonly features: ReadonlyMap<string, VersionRange>;
  /** Finalized feature levels of the cluster. */
  readonly levels: ReadonlyMap<string, number>;
}

/** Requests sent by wire/ and by kafkajs: name, API key, acceptable versions. */
const NEEDED: readonly (readonly [string, number, VersionRange])[] = [
  ['Produce', 0, { min: 7, max: 7 }],
  ['Fetch', 1, { min: 11, max: 11 }],
  ['ListOffsets', 2, { min: 2, max: 3 }],
  ['Metadata', 3, { min: 5, max: 6 }],
  ['OffsetCommit', 8, { min: 2, max: 5 }],
  ['OffsetFetch', 9, { min: 7, max: 7 }],
  ['FindCoordinator', 10, { min: 1, max: 2 }],
  ['JoinGroup', 11, { min: 1, max: 5 }],
  ['Heartbeat', 12, { min: 0, max: 3 }],
  ['LeaveGroup', 13, { min: 0, max: 3 }],
  ['SyncGroup', 14, { min: 0, max: 3 }],
  ['DescribeGroups', 15, { min: 0, max: 2 }],
  ['ListGroups', 16, { min: 0, max: 2 }],
  ['CreateTopics', 19, { min: 1, max: 3 }],
  ['DeleteTopics', 20, { min: 0, max: 1 }],
  ['InitProducerId', 22, { min: 0, max: 1 }],
  ['AddPartitionsToTxn', 24, { min: 0, max: 1 }],
  ['AddOffsetsToTxn', 25, { min: 0, max: 1 }],
  ['EndTxn', 26, { min: 0, max: 1 }],
  ['TxnOffsetCommit', 28, { min: 0, max: 1 }],
  ['DescribeConfigs', 32, { min: 0, max: 2 }],
  ['AlterConfigs', 33, { min: 0, max: 1 }],
];

/** First level of `metadata.version` of each release (Kafka's MetadataVersion.java, as of 4.3). */
const RELEASES: readonly (readonly [number, string])[] = [
  [1, '3.0'],
  [2, '3.1'],
  [3, '3.2'],
  [4, '3.3'],
  [8, '3.4'],
  [9, '3.5'],
  [12, '3.6'],
  [15, '3.7'],
  [20, '3.8'],
  [21, '3.9'],
  [22, '4.0'],
  [26, '4.1'],
  [28, '4.2'],
  [30, '4.3'],
  [31, '4.4'],
];
/** Kafka 3.9, the oldest release in the test suite. */
const OLDEST_TESTED = 21;
const FEATURE = 'metadata.version';
const FETCH = 1;

function releaseOf(level: number): string {
  const [first, name] = RELEASES.findLast(([from]) => from <= level) ?? [];
  if (name === undefined) return 'before 3.0';
  return first === RELEASES.at(-1)![0] ? `${name} or newer` : name;
}

/** Infers the broker software: brokers report capabilities, not their name. */
function programOf({ requests, features, levels }: BrokerVersions): string {
  const knows = features.get(FEATURE);
  if (knows === undefined) {
    // Kafka 4.0 removed the versions before 4 (KIP-896).
    const modern = (requests.get(FETCH)?.min ?? 0) >= 4;
    return `not Apache Kafka with KRaft: ${modern ? 'another implementation of its protocol' : 'Kafka with ZooKeeper, before 4.0, or another implementation of its protocol'}`;
  }
  const level = levels.get(FEATURE);
  const at =
    level === undefined || releaseOf(level) === releaseOf(knows.max)
      ? ''
      : `, cluster still at feature level ${releaseOf(level)}`;
  return `Apache Kafka ${releaseOf(knows.max)}${at}`;
}

const text = ({ min, max }: VersionRange): string => (min === max ? String(min) : `${min} to ${max}`);

function missing({ requests }: BrokerVersions): string[] {
  return NEEDED.flatMap(([name, key, wanted]) => {
    const has = requests.get(key);
    if (has === undefined) return [`${name} is missing`];
    if (has.min <= wanted.max && wanted.min <= has.max) return [];
    return [`${name} ${text(wanted)} is required, the broker has ${text(has)}`];
  });
}

function checkVersion(at: string, versions: BrokerVersions): Check {
  const lacks = missing(versions);
  const program = programOf(versions);
  const what = 'version';
  if (lacks.length > 0)
    return fail(what, `${at}: ${program}; ${listNames(lacks)}`, 'Use Apache Kafka 3.9 or newer.');
  const fits = `all ${NEEDED.length} required requests`;
  const level = versions.features.get(FEATURE)?.max;
  if (level === undefined || level < OLDEST_TESTED)
    return warn(
      what,
      `${at}: ${program}; it has ${fits}, but cryptopipe is tested with Apache Kafka 3.9 and 4`,
      'Test the pipeline before you rely on it, or use Apache Kafka 3.9 or newer.',
    );
  return ok(what, `${at}: ${program}; ${fits}`);
}

/** One check per distinct broker version. */
export function checkVersions(brokers: ReadonlyMap<string, BrokerVersions>): Check[] {
  const kinds = new Map<string, { readonly addresses: string[]; readonly versions: BrokerVersions }>();
  for (const [address, versions] of brokers) {
    const kind = [programOf(versions), ...missing(versions)].join();
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, { addresses: [address], versions });
    else known.addresses.push(address);
  }
  const checks = [...kinds.values()].map(({ addresses, versions }) =>
    checkVersion(listNames(addresses), versions),
  );
  if (kinds.size < 2) return checks;
  return [...checks, warn('version', 'the brokers run different versions', 'Finish the rolling upgrade.')];
}
