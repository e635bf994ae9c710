import { expect, test } from 'vitest';
import { endsWhereItSeems, isEscaped, userInfoOf } from '../../../src/core/text/user-info.ts';

test.each([
  ['mongodb://h', undefined],
  ['mongodb://u:p@h/db', 'u:p'],
  ['http://u:p@q/r?s#t@h', 'u:p@q/r?s#t'],
  ['u:p@h', 'u:p'],
  ['http://@h', ''],
])('what stands before the last @ of %s is its user and password', (url, userInfo) => {
  expect(userInfoOf(url)).toBe(userInfo);
});

test.each<[string, boolean, boolean]>([
  ['user:p%40ss', true, true],
  ['user', true, true],
  ['', true, true],
  ['user:p@ss', true, false],
  ['user:p:ss', true, false],
  ...[...'/\\?#[] '].map((character): [string, boolean, boolean] => [`user:p${character}ss`, false, false]),
  ['user:p%ss', false, false],
  ['user:p%4', false, false],
])('%s: a parser finds its end: %s; it is escaped: %s', (userInfo, isFound, escaped) => {
  expect([endsWhereItSeems(userInfo), isEscaped(userInfo)]).toEqual([isFound, escaped]);
});
