import { expect, test } from 'vitest';
import { readJetstream } from '../../../src/market/posts/networks/jetstream.ts';
import { postFilter } from '../../../src/sources/bluesky/post-filter.ts';
import { postFrame } from '../../market/posts/networks/frames.ts';

const passes = (text: string, coins: readonly string[], allPosts = false) =>
  postFilter(coins, allPosts)(readJetstream(postFrame({ text }))!);

test.each<[string, readonly string[], boolean]>([
  ['bitcoin rises', [], true],
  ['rain', [], false],
  ['bitcoin rises', ['eth'], false],
  ['bitcoin and ethereum', ['eth'], true],
  ['$WXYZ', ['wxyz'], true],
  ['$WXYZ', [], false],
  ['wxyz', ['wxyz'], false],
])('%j with --coin %j passes: %s', (text, coins, expected) => expect(passes(text, coins)).toBe(expected));

test('--all-posts passes any post, and refuses an invalid one', () => {
  expect(passes('rain', [], true)).toBe(true);
  expect(() => postFilter([], true)(readJetstream(postFrame({ text: 7 }))!)).toThrow('record.text');
});
