import { expect, test } from 'vitest';
import { transact } from '../../../../src/log/local/storage/store.ts';
import { endWriting } from '../../../../src/log/local/storage/writing.ts';
import { temporaryStore } from '../temporary.ts';

test('endWriting waits for the running commit, and no further one begins', async () => {
  const store = temporaryStore();
  const events: string[] = [];
  const commit = (name: string) =>
    transact(store, () => void store.sourcePositions.put(name, '')).then(() => events.push(name));
  const first = commit('first');
  const ended = endWriting().then(() => events.push('the process may end'));
  void commit('second');
  await Promise.all([first, ended]);
  expect(events).toEqual(['first', 'the process may end']);
  expect([...store.sourcePositions.getKeys()]).toEqual(['first']);
});
