import { expect, test } from 'vitest';
import { Groups } from '../../../src/core/stream/groups.ts';

test('members are unique and sorted, whatever order they were added in', () => {
  const groups = new Groups();
  for (const member of ['c', 'a', 'b', 'a', 'c']) groups.add('z', member);
  groups.add('y', 'd');
  expect(groups.of('z')).toEqual(['a', 'b', 'c']);
  expect(groups.of('x')).toEqual([]);
  expect(groups.entries()).toEqual([
    ['y', ['d']],
    ['z', ['a', 'b', 'c']],
  ]);
});
