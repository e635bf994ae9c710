import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ParquetWriter } from '../../../../src/sinks/lake/parquet/file.ts';
import { encodeStored, filterColumn } from '../../../../src/sinks/lake/parquet/filter.ts';
import { openParquet } from '../../../../src/sinks/lake/parquet/source.ts';
import { query } from '../reading.ts';
import { scratch } from '../scratch.ts';

/** Types that no table of ours has, with nulls in every place where one may be. */
const ODD = `
  i::integer as row,
  case when i % 3 = 0 then null else encode('bytes ' || i) end as bytes,
  (1152921504606846976 + i)::bigint as long,
  case when i % 4 = 0 then 'nan'::double when i % 4 = 1 then 'infinity'::double else i / 7 end as number,
  (i / 3)::float as single,
  make_timestamp(1772445600123456 + i) as micros,
  make_timestamp_ns(1772445600123456789 + i) as nanos,
  (date '2026-03-02' + i::integer) as day,
  (i / 100)::decimal(38, 9) as wide,
  (i / 100)::decimal(9, 2) as narrow,
  uuid() as uuid,
  i % 2 = 0 as flag,
  (i % 200)::utinyint as tiny,
  i::ubigint as unsigned,
  case i % 5 when 0 then null when 1 then [] when 2 then [null] when 3 then ['a', null, 'c' || i] else ['x'] end as list,
  case i % 3 when 0 then null else [[i, null], [], null] end as lists,
  case i % 4 when 0 then null else {'a': i, 'b': case when i % 2 = 0 then null else {'c': 'c' || i} end} end as struct,
  case i % 3 when 0 then null else map {'k' || i: i, 'l': null} end as map,
  repeat('long text ', (i * 7) % 100) as text,
  'word ' || (i % 3) as word
`;
const COUNT = 5000;

/** Every third row goes, and the second row group whole. */
const isDeleted = (row: number) => row % 3 === 1 || (row >= 2048 && row < 4096);

async function cut(path: string): Promise<Buffer> {
  const source = await openParquet(readFileSync(path));
  const file = new ParquetWriter(source.description);
  let first = 0;
  for (const [group, rows] of source.groups.entries()) {
    const deleted = Uint8Array.from({ length: rows }, (_, i) => (isDeleted(first + i) ? 1 : 0));
    first += rows;
    const columns = [];
    for (const [i, leaf] of source.leaves.entries())
      columns.push(await filterColumn(file, source.pages(group, i), leaf, deleted, () => {}));
    const kept = deleted.filter((one) => one === 0).length;
    if (kept > 0) file.addRowGroup(kept, columns);
  }
  return Buffer.concat(file.finish());
}

describe('rows are left out of a file of another engine, and every other value stays as it was', () => {
  test.each(['uncompressed', 'snappy', 'zstd', 'gzip', 'lz4_raw', 'brotli'])('%s', async (codec) => {
    for (const version of ['V1', 'V2']) {
      const root = scratch();
      const [before, after] = [join(root, 'a.parquet'), join(root, 'b.parquet')];
      await query(
        `copy (select ${ODD} from range(${COUNT}) t(i)) to '${before}'
         (format parquet, codec ${codec}, row_group_size 2048, parquet_version ${version})`,
      );
      expect((await openParquet(readFileSync(before))).groups).toEqual([2048, 2048, 904]);
      writeFileSync(after, await cut(before));
      const rows = await query(`select * from read_parquet('${before}') order by row`);
      expect(rows).toHaveLength(COUNT);
      expect(await query(`select * from read_parquet('${after}') order by row`)).toEqual(
        rows.filter(({ row }) => !isDeleted(Number(row))),
      );
      const schema = (path: string) => query(`describe select * from read_parquet('${path}')`);
      expect(await schema(after)).toEqual(await schema(before));
    }
  });
});

test('INT96, as Spark once stored times, keeps its twelve bytes', () => {
  const value = (2_461_102n << 64n) | 123_456_789n;
  expect(encodeStored('INT96', [value]).toString('hex')).toBe('15cd5b0700000000ae8d2500');
});
