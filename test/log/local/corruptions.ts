import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode } from '../../../src/cli/output/report.ts';
import { UserError } from '../../../src/core/errors.ts';
import { type Random, random } from '../../../src/core/util/random.ts';
import { openLocalLog } from '../../../src/log/local/open.ts';
import { compact, expire } from '../../../src/log/local/retention.ts';
import { closeStore, openStore } from '../../../src/log/local/storage/store.ts';
import type { Log, Task } from '../../../src/log/log.ts';
import { handClock } from '../../hand-clock.ts';
import { scratch } from '../../sinks/lake/scratch.ts';
import { record } from '../contract.ts';

const PAGE = 4096;

async function withTask<T>(log: Log, use: (task: Task) => Promise<T>): Promise<T> {
  let task: Task | undefined;
  const group = {
    group: 'g',
    inputs: ['small'],
    exclusive: true,
    assigned: (one: Task) => {
      task ??= one;
    },
  };
  const membership = await log.join(group);
  const result = await use(task!);
  const left = membership.leave();
  await task!.release();
  await left;
  return result;
}

const at = (topic: string, from: number, count: number, size: number) =>
  Array.from({ length: count }, (_, i) =>
    record(topic, `${from + i}`, { n: from + i, pad: 'x'.repeat(size) }),
  );

/**
 * A bus of about half a megabyte with all that one can hold: batches within a page and over several, a compacted topic,
 * one that retention shortened, positions, state, a mark, free pages. Returns its file, and as it was a while before.
 */
export async function sampleBus(): Promise<{ file: Buffer; before: Buffer }> {
  const dir = scratch();
  const clock = handClock();
  const log = await openLocalLog(dir, clock);
  const settings = { partitions: 1, retentionMs: undefined, compacted: false };
  await log.createTopic('small', settings);
  await log.createTopic('large', settings);
  await log.createTopic('kept', { ...settings, compacted: true });
  await log.createTopic('aged', { ...settings, retentionMs: 1 });
  for (let i = 0; i < 40; i++) {
    await log.append(at('small', i, 1, 100), {
      name: 'm',
      value: `${i}`,
      previous: i === 0 ? undefined : `${i - 1}`,
    });
    if (i % 8 === 0)
      await log.append([...at('large', i, 40, 300), ...at('kept', 0, 10, 50), ...at('aged', i, 5, 50)]);
  }
  const before = readFileSync(join(dir, 'log.mdb'));
  const store = openStore(dir);
  await compact(store, clock.now());
  await expire(store, clock.now() + 1000);
  await closeStore(store);
  const state = Array.from(
    { length: 60 },
    (_, i) => [`key ${i}`, JSON.stringify({ i, pad: 'y'.repeat(i === 0 ? 9000 : 0) })] as const,
  );
  await withTask(log, (task) => task.commit({ outputs: [], offsets: new Map([['small', 7]]), state }));
  await log.append(at('small', 40, 1, 100));
  await log.close();
  return { file: readFileSync(join(dir, 'log.mdb')), before };
}

/** All that a reader can see of a bus; then something is written to it, too. */
export async function contentOf(dir: string): Promise<string> {
  const log = await openLocalLog(dir, handClock());
  try {
    const seen: unknown[] = [await log.sourcePosition('m')];
    for (const topic of await log.topics()) {
      const details = await log.describe(topic.name);
      seen.push(topic, details?.partitionInfos, [...(await details!.groups())]);
      for await (const batch of log.read(topic.name, 0, 0)) seen.push(batch);
      seen.push(await log.offsetAt(topic.name, 0, 5));
    }
    if (seen.length > 1)
      seen.push(await withTask(log, async (task) => [[...(await task.state())], task.position('small')]));
    await log.append(at('small', 0, 2, 2000));
    return JSON.stringify(seen);
  } finally {
    await log.close();
  }
}

/** One of the ways in which a file is damaged. */
export function damage(file: Buffer, before: Buffer, { below: random }: Random): Buffer {
  const data = Buffer.from(file);
  const pages = data.length / PAGE;
  const page = (of: Buffer, n = random(of.length / PAGE)) => of.subarray(n * PAGE, (n + 1) * PAGE);
  const ways = [
    () => {
      for (let i = random(40); i >= 0; i--) data[random(data.length)] = random(256);
    },
    () => {
      const at = random(data.length);
      data[at] = data[at]! ^ (1 << random(8));
    },
    // Heads of pages, where the structure is.
    () => {
      data[random(pages) * PAGE + random(48)] = random(256);
    },
    // The two pages that say where all the others are.
    () => {
      data[random(2) * PAGE + random(176)] = random(256);
    },
    () => page(data).fill(0),
    () => {
      const one = page(data);
      for (let i = 0; i < PAGE; i++) one[i] = random(256);
    },
    () => void page(data).copy(page(data)),
    () => {
      const [one, other] = [page(data), page(data)];
      const kept = Buffer.from(one);
      other.copy(one);
      kept.copy(other);
    },
    // A page as it was before: a copy of a file that was written to meanwhile.
    () => {
      const n = random(before.length / PAGE);
      page(before, n).copy(page(data, n));
    },
    () => data.subarray(0, random(data.length)),
  ];
  return ways[random(ways.length)]!() ?? data;
}

/**
 * Damages a bus in so many ways and opens each. Returns the seeds of those that were neither read whole nor refused as
 * damaged with exit code 1, and how many were refused.
 */
export async function tryCorruptions(
  from: number,
  count: number,
): Promise<{ wrong: string[]; refused: number }> {
  const { file, before } = await sampleBus();
  const dir = scratch();
  const data = join(dir, 'log.mdb');
  const open = (bytes: Buffer): Promise<string> => {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
    writeFileSync(data, bytes);
    return contentOf(dir);
  };
  const whole = await open(file);
  const wrong: string[] = [];
  let refused = 0;
  for (let seed = from; seed < from + count; seed++) {
    try {
      if ((await open(damage(file, before, random(seed, 'damage')))) !== whole)
        wrong.push(`${seed}: other records`);
    } catch (error) {
      if (error instanceof UserError && error.code === 'damaged' && exitCode(error) === 1) refused += 1;
      else wrong.push(`${seed}: ${error}`);
    }
  }
  return { wrong, refused };
}
