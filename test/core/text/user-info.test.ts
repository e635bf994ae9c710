import { expect, test } from 'vitest';
import { isEscaped, parsesUnchanged, userInfoOf } from '../../../src/core/text/user-info.ts';

test.each([
  ['mongodb://h', undefined],
  ['mongodb://u:p@h/db', 'u:p'],
  ['http://u:p@q/r?s#t@h', 'u:p@q/r?s#t'],
  ['u:p@h', 'u:p'],
  ['http://@h', ''],
])('userInfoOf returns what is before the last @ of %s', (url, userInfo) => {
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
])('%s: parses as typed: %s; escaped: %s', (userInfo, isFound, escaped) => {
  expect([parsesUnchanged(userInfo), isEscaped(userInfo)]).toEqual([isFound, escaped]);
});
