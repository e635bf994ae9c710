import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../../src/core/stream/record.ts';
import { DATASETS } from '../../../../src/market/catalog/datasets.ts';
import { folderText, recordReader } from '../../../../src/sinks/lake/buffer/row-reader.ts';
import { price } from '../../fakes.ts';

const read = (value: object, dataset: Parameters<typeof recordReader>[0] = DATASETS.prices) => {
  const reader = recordReader(dataset);
  reader.read(JSON.stringify(value));
  const cells = Object.fromEntries(reader.columns.map(({ name }, i) => [name, reader.cells[i]]));
  return { cells, folder: reader.keys.map(folderText) };
};

describe('a row', () => {
  test('a row has its folder columns in the folder, the others in cells, and no unknown fields', () => {
    const { cells, folder } = read(price(0, { rank: 7 }));
    expect(folder).toEqual(['btc', '2026-03-02']);
    expect(cells).toMatchObject({ quote: 'usdt', price: 100, market_cap: null });
    expect(Object.keys(cells)).not.toContain('coin');
    expect(Object.keys(cells)).not.toContain('rank');
  });

  test.each([
    ['2026-03-01T23:59:59.999Z', '2026-03-01'],
    ['2026-03-02T00:00:00.000Z', '2026-03-02'],
    ['2026-03-02T03:29:59.999+03:30', '2026-03-01'],
    ['2026-03-01T19:00:00.000-05:00', '2026-03-02'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31'],
  ])('a row of %s belongs to the UTC day %s', (time, day) => {
    expect(read(price(0, { time })).folder).toEqual(['btc', day]);
  });

  test('a row without a coin or a time is in the folder of nulls; an empty coin counts as none', () => {
    expect(read({ price: 1 }).folder).toEqual([null, null]);
    expect(read(price(0, { coin: '' })).folder[0]).toBeNull();
  });

  test('a row of a dataset without a time has no day', () => {
    expect(read({ topic: 'prices', value: { a: 1 } }, DATASETS.late)).toMatchObject({
      folder: ['prices'],
      cells: { value: '{"a":1}', late_by_ms: null },
    });
  });

  test.each([
    ['{"coin":', 'not JSON: Unexpected end of JSON input'],
    ['{"coin":1}', 'coin: 1 is no text'],
    ['{"price":"-"}', 'price: "-" is no number'],
  ])('%s is refused', (value, reason) => {
    expect(() => recordReader(DATASETS.prices).read(value)).toThrow(new InvalidRecord(reason));
  });

  test('a row after a rejected row has none of its values', () => {
    const reader = recordReader(DATASETS.prices);
    expect(() => reader.read(JSON.stringify(price(0, { market_cap: 9, fx_price: 'x' })))).toThrow(
      InvalidRecord,
    );
    reader.read(JSON.stringify(price(1)));
    expect(reader.cells).toEqual(['usdt', 101, expect.any(Number), 'file', ...Array(10).fill(null)]);
  });

  test('half a surrogate pair in a folder column becomes the replacement character', () => {
    expect(read(price(0, { coin: '\ud83d' })).folder[0]).toBe('\ufffd');
  });
});

test('a json column keeps every digit of a number; a number column takes the nearest float', () => {
  const value = '{"id":12345678901234567890,"list":[-9007199254740993]}';
  const rejects = recordReader(DATASETS.rejects);
  rejects.read(`{"topic":"a","partition":0,"offset":7,"value":${value},"why":"b"}`);
  expect(rejects.cells[rejects.columns.findIndex(({ name }) => name === 'value')]).toBe(value);
  const caps = recordReader(DATASETS['market-cap']);
  caps.read(
    '{"time":"2026-03-02T10:00:00.000Z","quote":"irr","total_market_cap":130000000000000000001,"coins":1}',
  );
  expect(caps.cells[caps.columns.findIndex(({ name }) => name === 'total_market_cap')]).toBe(1.3e20);
});
