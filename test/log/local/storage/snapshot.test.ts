import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readBatches } from '../../../../src/log/local/reader.ts';
import { DATA_FILE } from '../../../../src/log/local/storage/folder.ts';
import { takeSnapshot } from '../../../../src/log/local/storage/snapshot.ts';
import { closeStore, openSnapshot, transact } from '../../../../src/log/local/storage/store.ts';
import { describeTopic } from '../../../../src/log/local/topics.ts';
import { handClock } from '../../../hand-clock.ts';
import { scratch } from '../../../sinks/lake/scratch.ts';
import { record } from '../../contract.ts';
import { temporaryLog } from '../temporary.ts';

let dir: string;
let log: Awaited<ReturnType<typeof temporaryLog>>;

beforeEach(async () => {
  dir = scratch();
  log = await temporaryLog(handClock(), dir);
  await log.createTopic('t', { partitions: 1, retentionMs: undefined, compacted: false });
  await log.append([record('t', 'a', { n: 1 }), record('t', 'b', { n: 2 })]);
});

const snapshotFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('cryptopipe-snapshot-'));

test('a snapshot reads the topics and records of the last commit', async () => {
  const before = readFileSync(join(dir, DATA_FILE));
  const store = openSnapshot(dir);
  try {
    expect(describeTopic(store, 't')).toMatchObject({ name: 't', partitionInfos: [{ start: 0, end: 2 }] });
    const { batches } = readBatches(store, 't', 0, 0, 1 << 20);
    expect(batches.flatMap(({ records }) => records.map(({ key }) => key))).toEqual(['a', 'b']);
  } finally {
    await closeStore(store);
  }
  expect(readFileSync(join(dir, DATA_FILE)).equals(before)).toBe(true);
});

test('a snapshot leaves nothing in the temporary folder', async () => {
  const { path, close } = takeSnapshot(dir);
  expect(realpathSync(path)).toBe(realpathSync(join(dir, DATA_FILE)));
  close();
  expect(existsSync(dirname(path))).toBe(false);
  const others = snapshotFolders();
  await closeStore(openSnapshot(dir));
  expect(snapshotFolders().filter((name) => !others.includes(name))).toEqual([]);
});

test('a write to a snapshot is refused', async () => {
  const store = openSnapshot(dir);
  await expect(transact(store, () => undefined)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('is read-only for this user'),
  });
  await closeStore(store);
});

test('a snapshot returns nothing after another process has committed', async () => {
  const store = openSnapshot(dir);
  try {
    expect(readBatches(store, 't', 0, 0, 1 << 20).next).toBe(2);
    await log.append([record('t', 'c', { n: 3 })]);
    const changed = expect.objectContaining({ message: expect.stringContaining('was written to while') });
    expect(() => store.topics.get('t')).toThrow(changed);
    expect(() => [...store.batches.getRange({})]).toThrow(changed);
    expect(() => [...store.heads.getKeys({})]).toThrow(changed);
  } finally {
    await closeStore(store);
  }
});

test('a damaged file is named as damaged', async () => {
  const copy = scratch();
  const bytes = readFileSync(join(dir, DATA_FILE));
  bytes.fill(0xaa, 2 * 4096);
  writeFileSync(join(copy, DATA_FILE), bytes);
  expect(() => openSnapshot(copy)).toThrow(expect.objectContaining({ code: 'damaged' }));
});
