import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nestedFile } from '../../../../../src/sinks/lake/parquet/columns/encode.ts';
import type { NestedFields } from '../../../../../src/sinks/lake/parquet/columns/nested.ts';
import { unnest } from '../../../../../src/sinks/lake/parquet/columns/unnest.ts';
import { openParquet } from '../../../../../src/sinks/lake/parquet/source.ts';

const FIELDS: NestedFields = {
  a: { key: 'UTF8', list: 'list', map: 'map', inner: { flag: 'BOOLEAN', map: 'map' } },
  b: { key: 'INT64', small: 'INT32' },
};
const text = fc.oneof(fc.constant(null), fc.string());
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const map = maybe(
  fc.dictionary(
    fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
    text,
    { maxKeys: 3 },
  ),
);
const row = fc.record({
  a: maybe(
    fc.record({
      key: fc.string(),
      list: maybe(fc.array(text, { maxLength: 3 })),
      map,
      inner: maybe(fc.record({ flag: fc.boolean(), map })),
    }),
  ),
  b: maybe(fc.record({ key: fc.maxSafeInteger(), small: maybe(fc.integer({ min: -9, max: 9 })) })),
});

/** What has no value is left out. */
const bare = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

test('whatever groups are written, in row groups of any size, the same are read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(row, { minLength: 1, maxLength: 8 }), { maxLength: 3 }),
      async (groups) => {
        const file = nestedFile(FIELDS);
        for (const rows of groups) file.add(rows);
        const source = await openParquet(Buffer.concat(file.finish()));
        const read = groups.map((_, group) => [...unnest(FIELDS, source, group)]);
        // A row group in which there is nothing at all has no rows to tell of.
        expect(read).toEqual(groups.map((rows) => (rows.some((one) => one.a || one.b) ? bare(rows) : [])));
      },
    ),
    { seed: 1 },
  );
});
