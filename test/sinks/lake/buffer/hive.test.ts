import { expect, test } from 'vitest';
import { hivePath, hiveValues } from '../../../../src/sinks/lake/buffer/hive.ts';

test('folders are named by column and value', () => {
  expect(hivePath(['coin', 'date'], ['btc', '2026-03-02'])).toBe('coin=btc/date=2026-03-02');
});

test("a null value uses Hive's default partition folder", () => {
  expect(hivePath(['coin'], [null])).toBe('coin=__HIVE_DEFAULT_PARTITION__');
});

test('characters that would change the path are escaped as in Hive', () => {
  expect(hivePath(['tag'], ['../a=b:c%d\n'])).toBe('tag=..%2Fa%3Db%3Ac%25d%0A');
});

test('spaces and letters of any script are escaped as in a URL', () => {
  expect(hivePath(['tag'], ["بیت 🚀's"])).toBe('tag=%D8%A8%DB%8C%D8%AA%20%F0%9F%9A%80%27s');
});

test('a name longer than file systems allow is refused, counted in bytes', () => {
  expect(hivePath(['tag'], ['a'.repeat(251)])).toHaveLength(255);
  expect(hivePath(['tag'], ['a'.repeat(252)])).toBeUndefined();
  expect(hivePath(['tag'], ['ü'.repeat(42)])).toBeUndefined();
});

test('folder values are parsed from a path, whichever engine escaped them', () => {
  const path = hivePath(['coin', 'tag', 'date'], ['a/b %🌕', null, '2026-03-02'])!;
  expect(hiveValues(`${path}/x=1.parquet`)).toEqual({ coin: 'a/b %🌕', tag: null, date: '2026-03-02' });
  expect(hiveValues('coin=100%/a/b.parquet')).toEqual({ coin: '100%' });
});
