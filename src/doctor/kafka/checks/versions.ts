import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { names } from '../finding.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What a broker says of itself when it is asked for its versions (KIP-35, KIP-584). */
export interface BrokerVersions {
  /** Versions of each request, by its key in the protocol. */
  readonly requests: ReadonlyMap<number, Range>;
  /** Levels of features that its program knows. */
  readonly features: ReadonlyMap<string, Range>;
  /** Levels that the cluster is at. */
  readonly levels: ReadonlyMap<string, number>;
}

/** What we send (wire/), and what kafkajs sends for us: name, key, the versions that would do. */
const NEEDED: readonly (readonly [string, number, Range])[] = [
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
/** The oldest level that this adapter is tested with: 3.9. */
const OLDEST_TESTED = 21;
const FEATURE = 'metadata.version';
const FETCH = 1;

function releaseOf(level: number): string {
  const [first, name] = RELEASES.findLast(([from]) => from <= level) ?? [];
  if (name === undefined) return 'before 3.0';
  return first === RELEASES.at(-1)![0] ? `${name} or newer` : name;
}

/** Which program that is, as far as it can be known: brokers say what they can do, not who they are. */
function programOf({ requests, features, levels }: BrokerVersions): string {
  const knows = features.get(FEATURE);
  if (knows === undefined) {
    // Kafka 4.0 removed the versions before 4 (KIP-896).
    const modern = (requests.get(FETCH)?.min ?? 0) >= 4;
    return `no Apache Kafka with KRaft: ${modern ? 'another program that speaks its protocol' : 'one with ZooKeeper, before 4.0, or another program that speaks its protocol'}`;
  }
  const level = levels.get(FEATURE);
  const at =
    level === undefined || releaseOf(level) === releaseOf(knows.max)
      ? ''
      : `, the cluster still at the level of ${releaseOf(level)}`;
  return `Apache Kafka ${releaseOf(knows.max)}${at}`;
}

const text = ({ min, max }: Range): string => (min === max ? String(min) : `${min} to ${max}`);

function missing({ requests }: BrokerVersions): string[] {
  return NEEDED.flatMap(([name, key, wanted]) => {
    const has = requests.get(key);
    if (has === undefined) return [`${name} is missing`];
    if (has.min <= wanted.max && wanted.min <= has.max) return [];
    return [`${name} ${text(wanted)} is wanted, ${text(has)} there`];
  });
}

function judge(at: string, versions: BrokerVersions): Check {
  const lacks = missing(versions);
  const program = programOf(versions);
  const what = 'version';
  if (lacks.length > 0)
    return fail(what, `${at}: ${program}; ${names(lacks)}`, 'Use Apache Kafka 3.9 or newer.');
  const fits = `all ${NEEDED.length} requests that are needed`;
  const level = versions.features.get(FEATURE)?.max;
  if (level === undefined || level < OLDEST_TESTED)
    return warn(
      what,
      `${at}: ${program}; it has ${fits}, but this program is tested with Apache Kafka 3.9 and 4`,
      'Try the pipeline before you trust it, or use Apache Kafka 3.9 or newer.',
    );
  return ok(what, `${at}: ${program}; ${fits}`);
}

/** One finding for each kind of broker. */
export function judgeVersions(brokers: ReadonlyMap<string, BrokerVersions>): Check[] {
  const kinds = new Map<string, { readonly addresses: string[]; readonly versions: BrokerVersions }>();
  for (const [address, versions] of brokers) {
    const kind = [programOf(versions), ...missing(versions)].join();
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, { addresses: [address], versions });
    else known.addresses.push(address);
  }
  const findings = [...kinds.values()].map(({ addresses, versions }) => judge(names(addresses), versions));
  if (kinds.size < 2) return findings;
  return [
    ...findings,
    warn('version', 'the brokers are of different versions', 'Finish the upgrade that is under way.'),
  ];
}
