import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../../src/core/stream/record.ts';
import { newFolders } from '../../../../src/sinks/lake/buffer/folders.ts';

const DAY = Date.UTC(2026, 2, 2) / 86_400_000;

describe('folders', () => {
  test('each combination of keys has one pending file, with path, values and first offset', () => {
    const folders = newFolders(['coin', 'date'], 1000);
    const rows = folders.of(['btc', DAY], 7);
    expect(rows).toMatchObject({
      path: 'coin=btc/date=2026-03-02',
      values: ['btc', '2026-03-02'],
      first: 7,
    });
    expect(folders.of(['btc', DAY], 8)).toBe(rows);
    expect(folders.of(['btc', DAY + 1], 9)).not.toBe(rows);
    expect(folders.of(['eth', DAY], 10)).not.toBe(rows);
    expect(folders.of([null, null], 11).values).toEqual([null, null]);
    expect(folders.all()).toHaveLength(4);
  });

  test('a folder starts a new file once its rows are written', () => {
    const folders = newFolders(['coin'], 1000);
    const [btc, eth] = [folders.of(['btc'], 0), folders.of(['eth'], 1)];
    folders.remove(btc);
    expect(folders.all()).toEqual([eth]);
    expect(folders.of(['btc'], 2)).toMatchObject({ first: 2 });
    expect(folders.of(['eth'], 3)).toBe(eth);
  });

  test('a value that cannot be a folder name is refused', () => {
    const folders = newFolders(['coin'], 1000);
    expect(() => folders.of(['a'.repeat(300)], 0)).toThrow(InvalidRecord);
    expect(folders.all()).toEqual([]);
  });

  test('values that make the path too long are refused, and the next ones accepted', () => {
    const folders = newFolders(['source', 'base'], 'source=/base='.length + 300);
    const long = (count: number) => folders.of(['a'.repeat(150), 'b'.repeat(count)], 0);
    expect(() => long(151)).toThrow(InvalidRecord);
    expect(long(150).path).toHaveLength(313);
  });
});
