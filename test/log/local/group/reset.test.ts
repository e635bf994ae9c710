import { beforeEach, expect, test } from 'vitest';
import { joinFamily, LEASE_MS } from '../../../../src/log/local/group/lease.ts';
import { resetGroup } from '../../../../src/log/local/group/reset.ts';
import { putTopic } from '../../../../src/log/local/partitions.ts';
import { type LogStore, transact } from '../../../../src/log/local/storage/store.ts';
import { describeTopic } from '../../../../src/log/local/topics.ts';
import { temporaryStore } from '../temporary.ts';

let store: LogStore;
beforeEach(async () => {
  store = temporaryStore();
  await transact(store, () =>
    putTopic(store, 't', { partitions: 1, retentionMs: undefined, compacted: false }),
  );
});

const member = (family: string) => ({ family, member: 'm', exclusive: false, since: 0 });
const moved = async () => (await describeTopic(store, 't')!.groups()).get('g');

test('a member on any topic of the group blocks a reset; a member of another group does not', async () => {
  await joinFamily(store, member('g (other)'), 0);
  await expect(resetGroup(store, 'g', 't', [5], 1)).rejects.toMatchObject({
    code: 'locked',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  expect(await moved()).toBeUndefined();
  await joinFamily(store, member('g2 (t)'), 0);
  await resetGroup(store, 'g', 't', [5], LEASE_MS);
  expect(await moved()).toEqual([5]);
});

test('a member without heartbeats for its lease does not block a reset', async () => {
  await joinFamily(store, member('g (t)'), 0);
  await expect(resetGroup(store, 'g', 't', [5], LEASE_MS - 1)).rejects.toMatchObject({ code: 'locked' });
  await resetGroup(store, 'g', 't', [5], LEASE_MS);
  expect(await moved()).toEqual([5]);
});

test('a reset needs an existing topic and one offset per partition', async () => {
  await expect(resetGroup(store, 'g', 't', [1, 2], 0)).rejects.toMatchObject({ code: 'usage' });
  await expect(resetGroup(store, 'g', 'none', [1], 0)).rejects.toMatchObject({ code: 'usage' });
});
