import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import parquet from 'parquetjs-lite';
import { describe, expect, test } from 'vitest';
import type { Column, ColumnType } from '../../../../../src/market/catalog/columns.ts';
import type { ColumnValue } from '../../../../../src/sinks/cells.ts';
import type { Rows } from '../../../../../src/sinks/lake/buffer/column-buffer.ts';
import { encodeParquet } from '../../../../../src/sinks/lake/parquet/columns/encode.ts';
import { query } from '../../reading.ts';
import { takenRows } from '../../runs.ts';
import { scratch } from '../../scratch.ts';

const TYPES: readonly ColumnType[] = ['text', 'number', 'integer', 'time', 'boolean', 'texts', 'json'];
const columns: readonly Column[] = TYPES.map((type) => ({ name: `a_${type}`, type, help: '' }));

const COUNT = 60_001;
const row = (i: number): Record<string, unknown> =>
  i % 7 === 0
    ? {}
    : {
        a_text: `1790000000000${i} 🚀`,
        a_number: i / 3,
        a_integer: i - 50,
        a_time: 1_772_409_600_000 + i,
        a_boolean: i % 2 === 0,
        a_texts: i % 5 === 0 ? [] : ['ü', String(i)],
        a_json: `{"i":${i}}`,
      };
const rows = Array.from({ length: COUNT }, (_, i) => row(i));

const cells = rows.map((one) => columns.map(({ name }) => (one[name] ?? null) as ColumnValue));
const values = takenRows(columns, cells);

const SNAPPY = { optional: true, compression: 'SNAPPY' } as const;
const SCHEMA = new parquet.ParquetSchema({
  a_text: { type: 'UTF8', ...SNAPPY },
  a_number: { type: 'DOUBLE', ...SNAPPY },
  a_integer: { type: 'INT64', ...SNAPPY },
  a_time: { type: 'TIMESTAMP_MILLIS', ...SNAPPY },
  a_boolean: { type: 'BOOLEAN', ...SNAPPY },
  a_texts: {
    type: 'LIST',
    optional: true,
    fields: { list: { type: '', repeated: true, fields: { element: { type: 'UTF8', ...SNAPPY } } } },
  },
  a_json: { type: 'UTF8', ...SNAPPY },
});

/** The same rows by another writer. */
async function appended(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const options = { useDataPageV2: false, pageIndex: false, pageSize: 50_000, rowGroupSize: 50_000 };
  const push = (chunk: Uint8Array) => void chunks.push(chunk);
  const file = new parquet.ParquetEnvelopeWriter(SCHEMA, push, () => {}, 0, options);
  const writer = new parquet.ParquetWriter(SCHEMA, file, options);
  for (const { a_texts, ...one } of rows) {
    const list = (a_texts as string[] | undefined)?.map((element) => ({ element }));
    await writer.appendRow(list ? { ...one, a_texts: { list } } : one);
  }
  await writer.close();
  return Buffer.concat(chunks);
}

async function saved(bytes: Uint8Array): Promise<string> {
  const path = join(scratch(), 'x.parquet');
  writeFileSync(path, bytes);
  return `'${path}'`;
}

async function encoded(given: Rows, bytes = given.count * 100) {
  const file = encodeParquet(columns, { ...given, bytes });
  return { path: await saved(Buffer.concat(file.chunks)), stats: file.stats };
}

const metadata = (path: string) =>
  query(`select row_group_id, path_in_schema, type, num_values, compression, encodings, stats_min_value,
    stats_max_value, stats_null_count, stats_distinct_count from parquet_metadata(${path})`);

describe('a file written by column', () => {
  test("a file equals that of parquetjs-lite's appendRow in levels, row groups and values", async () => {
    const ours = (await encoded(values)).path;
    const theirs = await saved(await appended());
    const all = (path: string) =>
      query(`select *, file_row_number as n from read_parquet(${path}, file_row_number = true)`);
    expect(await query(`select count(*)::int as n from read_parquet(${ours})`)).toEqual([{ n: COUNT }]);
    const different = `(from read_parquet(${ours}, file_row_number = true) except from read_parquet(${theirs}, file_row_number = true))`;
    expect(await query(`select count(*)::int as n from ${different}`)).toEqual([{ n: 0 }]);
    expect((await all(ours)).slice(0, 100)).toEqual((await all(theirs)).slice(0, 100));
    const shape = async (path: string) =>
      (await metadata(path)).map(
        ({ row_group_id, path_in_schema, type, num_values, compression, encodings }) => ({
          row_group_id,
          path_in_schema,
          type,
          num_values,
          compression,
          encodings,
        }),
      );
    expect(await shape(ours)).toEqual(await shape(theirs));
    expect(await query(`from parquet_schema(${ours}) select * exclude file_name`)).toEqual(
      await query(`from parquet_schema(${theirs}) select * exclude file_name`),
    );
  });

  test('a file returns every value', async () => {
    const { path } = await encoded(takenRows(columns, cells.slice(0, 8)));
    const read = await query(`select to_json(x)::text as json from (from read_parquet(${path})) x`);
    expect(read.slice(0, 2).map(({ json }) => JSON.parse(String(json)))).toEqual([
      Object.fromEntries(columns.map(({ name }) => [name, null])),
      { ...row(1), a_time: '2026-03-02 00:00:00.001' },
    ]);
  });

  test('a file has a dictionary for a text column of few values, chosen per row group', async () => {
    const text: readonly Column[] = [{ name: 'coin', type: 'text', help: '' }];
    const coins = Array.from({ length: COUNT }, (_, i) => {
      if (i % 11 === 0) return null;
      return i < 50_000 ? ['btc', 'eth', 'ä'][i % 3]! : `coin ${i}`;
    });
    const file = encodeParquet(
      text,
      takenRows(
        text,
        coins.map((coin) => [coin]),
      ),
    );
    const path = await saved(Buffer.concat(file.chunks));
    const groups = await query(
      `select encodings, stats_min_value as min, stats_max_value as max from parquet_metadata(${path})`,
    );
    expect(groups).toEqual([
      { encodings: 'RLE, PLAIN_DICTIONARY', min: 'btc', max: 'ä' },
      { encodings: 'RLE, PLAIN', min: 'coin 50000', max: 'coin 60000' },
    ]);
    const read = await query(
      `select coin from read_parquet(${path}, file_row_number = true) order by file_row_number`,
    );
    expect(read.map(({ coin }) => coin)).toEqual(coins);
  });

  test('a file has row groups of 50,000 rows, or fewer when rows are large', async () => {
    const groups = async (bytes: number) => {
      const { path } = await encoded(values, bytes);
      return (
        await query(
          `select distinct row_group_num_rows::int as n, row_group_id from parquet_metadata(${path}) order by row_group_id`,
        )
      ).map(({ n }) => n);
    };
    expect(await groups(COUNT * 100)).toEqual([50_000, 10_001]);
    expect(await groups(COUNT * 400)).toEqual([41_943, 18_058]);
  });

  test('a file has Snappy pages, statistics per row group, and no distinct counts', async () => {
    const found = await metadata((await encoded(values)).path);
    expect(new Set(found.map(({ compression }) => compression))).toEqual(new Set(['SNAPPY']));
    expect(found.filter(({ stats_distinct_count }) => stats_distinct_count !== null)).toEqual([]);
    const integers = found.filter(({ path_in_schema }) => path_in_schema === 'a_integer');
    expect(
      integers.map(({ stats_min_value, stats_max_value }) => [stats_min_value, stats_max_value]),
    ).toEqual([
      ['-49', '49949'],
      ['49950', '59950'],
    ]);
  });

  test('the encoder returns the statistics of the whole file', async () => {
    const { stats } = await encoded(values);
    const nulls = Math.ceil(COUNT / 7);
    expect(stats[1]).toEqual({ min: 1 / 3, max: (COUNT - 1) / 3, nulls });
    expect(stats[0]).toMatchObject({ min: '17900000000001 🚀', max: '17900000000009999 🚀', nulls });
  });

  test('statistics omit long texts, and zero covers both signed zeros', async () => {
    const texts = takenRows(columns, [
      ['a', 0, null, null, null, null, null],
      ['b'.repeat(65), 0, null, null, null, null, null],
    ]);
    const found = await metadata((await encoded(texts)).path);
    const range = (i: number) => [
      found[i]!.stats_min_value,
      found[i]!.stats_max_value,
      found[i]!.stats_null_count,
    ];
    expect(range(0)).toEqual([null, null, 0n]);
    expect(range(1)).toEqual(['-0.0', '0.0', 0n]);
    expect(range(2)).toEqual([null, null, 2n]);
  });

  test('a file written twice has the same bytes', async () => {
    const [once, again] = [encodeParquet(columns, values), encodeParquet(columns, values)];
    expect(Buffer.concat(once.chunks).equals(Buffer.concat(again.chunks))).toBe(true);
  });
});
