import { beforeEach, expect, test } from 'vitest';
import { LEASE_MS, sit } from '../../../../src/log/local/group/lease.ts';
import { resetGroup } from '../../../../src/log/local/group/reset.ts';
import { putTopic } from '../../../../src/log/local/partitions.ts';
import { type Store, transact } from '../../../../src/log/local/storage/store.ts';
import { describeTopic } from '../../../../src/log/local/topics.ts';
import { temporaryStore } from '../temporary.ts';

let store: Store;
beforeEach(async () => {
  store = temporaryStore();
  await transact(store, () =>
    putTopic(store, 't', { partitions: 1, retentionMs: undefined, compacted: false }),
  );
});

const seat = (family: string) => ({ family, member: 'm', exclusive: false, since: 0 });
const moved = async () => (await describeTopic(store, 't')!.groups()).get('g');

test('a member on any topic of the group holds its positions; one of another group does not', async () => {
  await sit(store, seat('g (other)'), 0);
  await expect(resetGroup(store, 'g', 't', [5], 1)).rejects.toMatchObject({
    code: 'locked',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  expect(await moved()).toBeUndefined();
  await sit(store, seat('g2 (t)'), 0);
  await resetGroup(store, 'g', 't', [5], LEASE_MS);
  expect(await moved()).toEqual([5]);
});

test('a member unheard of for its lease holds nobody up', async () => {
  await sit(store, seat('g (t)'), 0);
  await expect(resetGroup(store, 'g', 't', [5], LEASE_MS - 1)).rejects.toMatchObject({ code: 'locked' });
  await resetGroup(store, 'g', 't', [5], LEASE_MS);
  expect(await moved()).toEqual([5]);
});

test('one offset for each partition, of a topic that is there', async () => {
  await expect(resetGroup(store, 'g', 't', [1, 2], 0)).rejects.toMatchObject({ code: 'usage' });
  await expect(resetGroup(store, 'g', 'none', [1], 0)).rejects.toMatchObject({ code: 'usage' });
});
