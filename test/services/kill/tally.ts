import type { Log } from '../../../src/log/log.ts';

/** Differing records of a partition that are shown. */
const SHOWN = 3;

export interface Comparison {
  readonly topic: string;
  /** Number of records in the undisturbed and the disturbed run. */
  readonly undisturbed: number;
  readonly disturbed: number;
  /** Number of records missing from the disturbed run. */
  readonly lost: number;
  /** Number of its extra copies. */
  readonly doubled: number;
  /** Number of its records that the undisturbed run does not have at all. */
  readonly foreign: number;
  /** Some of the differing records. */
  readonly samples: readonly string[];
}

type Entry = readonly [key: string | null, value: string | null];

async function* entries(log: Log, topic: string, partition: number): AsyncIterable<Entry> {
  for await (const batch of log.read(topic, partition, 0))
    for (const { key, value } of batch.records) yield [key, value];
}

/** In memory a record is 53 bits of hash and two counts. */
const DISTURBED = 2 ** 16;

/** Both topics as multisets of (partition, key, value). */
export async function compare(
  log: Log,
  topic: string,
  undisturbedTopic: string,
  partitions: number,
): Promise<Comparison> {
  const sum = {
    topic,
    undisturbed: 0,
    disturbed: 0,
    lost: 0,
    doubled: 0,
    foreign: 0,
    samples: [] as string[],
  };
  for (let partition = 0; partition < partitions; partition++) {
    const counts = new Map<number, number>();
    for (const [name, one, tally] of [
      [topic, DISTURBED, 'disturbed'],
      [undisturbedTopic, 1, 'undisturbed'],
    ] as const)
      for await (const entry of entries(log, name, partition)) {
        const hash = hashOf(entry);
        counts.set(hash, (counts.get(hash) ?? 0) + one);
        sum[tally] += 1;
      }
    const differing = new Set<number>();
    for (const [hash, count] of counts) {
      const surplus = Math.floor(count / DISTURBED) - (count % DISTURBED);
      if (surplus === 0) continue;
      differing.add(hash);
      if (surplus < 0) sum.lost -= surplus;
      else sum[count % DISTURBED > 0 ? 'doubled' : 'foreign'] += surplus;
    }
    if (differing.size > 0)
      for (const name of [topic, undisturbedTopic])
        sum.samples.push(...(await some(log, name, partition, differing)));
  }
  return sum;
}

async function some(
  log: Log,
  topic: string,
  partition: number,
  hashes: ReadonlySet<number>,
): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of entries(log, topic, partition))
    if (hashes.has(hashOf(entry)) && found.push(`${topic}/${partition} ${entry.join(' = ')}`) >= SHOWN) break;
  return found;
}

/** cyrb53 (public domain, bryc). */
function hashOf([key, value]: Entry): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (const text of [key, '\n', value]) {
    if (text === null) low = Math.imul(low ^ 0x9e3779b9, 2654435761);
    else
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        high = Math.imul(high ^ code, 2654435761);
        low = Math.imul(low ^ code, 1597334677);
      }
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
