import { expect, test } from 'vitest';
import { mayLive, thisOwner } from '../../../../src/log/local/group/owner.ts';

const ended = { ...thisOwner(), pid: 2 ** 30 };

test('an owner of this machine and namespace lives as long as its process', () => {
  expect(mayLive(thisOwner())).toBe(true);
  expect(mayLive(ended)).toBe(false);
});

test('an owner that an older version recorded, without its start, may live while its process id is in use', () => {
  const { start: _, ...older } = thisOwner();
  expect(mayLive(older)).toBe(true);
});

test('an owner of another machine or PID namespace may always live', () => {
  expect(mayLive({ ...ended, host: 'another' })).toBe(true);
  expect(mayLive({ ...ended, namespace: 'pid:[1]' })).toBe(true);
});
