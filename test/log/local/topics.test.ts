import { beforeEach, expect, test } from 'vitest';
import { prepare, putBatches, putTopic } from '../../../src/log/local/partitions.ts';
import { type LogStore, transact } from '../../../src/log/local/storage/store.ts';
import { deleteTopic, identityOf, sweep } from '../../../src/log/local/topics.ts';
import { record } from '../contract.ts';
import { temporaryStore } from './temporary.ts';

let store: LogStore;
beforeEach(async () => {
  store = temporaryStore();
  for (const name of ['kept', 'gone'])
    await transact(store, () => {
      putTopic(store, name, { partitions: 2, retentionMs: undefined, compacted: false });
      putBatches(store, prepare(store, [record(name, 'a', { n: 1 })], 0), 0);
    });
});

const rows = () => [...store.batches.getKeys({})].length + [...store.heads.getKeys({})].length;

test('a deleted topic leaves nothing behind', async () => {
  expect(rows()).toBe(6);
  await deleteTopic(store, 'gone');
  expect(rows()).toBe(3);
});

test('sweep completes an interrupted removal, and removes nothing else', async () => {
  await transact(store, () => void store.topics.remove('gone'));
  await sweep(store);
  expect(rows()).toBe(3);
  expect(store.topics.get('kept')).toMatchObject({ partitions: 2 });
});

test('a topic made by an older version gets an identity on request, and keeps it', async () => {
  const { identity: _, ...row } = store.topics.get('kept')!;
  await transact(store, () => void store.topics.put('kept', row));
  const identity = await identityOf(store, 'kept');
  expect(identity).toMatch(/^[\w-]{20,}$/);
  expect(await identityOf(store, 'kept')).toBe(identity);
  expect(store.topics.get('kept')).toEqual({ ...row, identity });
});
