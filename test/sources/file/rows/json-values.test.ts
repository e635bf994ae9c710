import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FILE_START, type Spot } from '../../../../src/sources/file/rows/block.ts';
import { readJsonValues } from '../../../../src/sources/file/rows/json-values.ts';

async function* pieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function valuesOf(text: string | Buffer, inArray: boolean, size = 1000, from: Spot = FILE_START) {
  const values: unknown[] = [];
  const lines: number[] = [];
  const faults: string[] = [];
  const ends: Spot[] = [];
  let unended = '';
  const bytes = Buffer.from(text).subarray(from.bytes);
  for await (const block of readJsonValues(pieces(bytes, size), inArray, from)) {
    faults.push(...block.faults.values());
    ends.push(block.end);
    if (!block.ended) unended = block.texts[0]!;
    else
      block.texts.forEach((value, index) => {
        if (block.faults.has(index)) return;
        values.push(JSON.parse(value));
        lines.push(block.lineOf(index));
      });
  }
  return { values, lines, faults, unended, ends };
}

const json = fc.jsonValue({ maxDepth: 3 });
const indents = fc.constantFrom(undefined, 1, '\t');

describe('values of JSON', () => {
  test('values of JSON are the elements of an array, however it is written and cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(json, { maxLength: 6 }),
        indents,
        fc.integer({ min: 1, max: 30 }),
        async (all, indent, size) => {
          const text = `${JSON.stringify(all, null, indent)}\n`;
          expect((await valuesOf(text, true, size)).values).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  test('stand one after the other, pretty-printed or not', async () => {
    const between = fc.constantFrom('', '\n', ' \r\n', ',');
    const one = fc.oneof(fc.dictionary(fc.string(), json), fc.array(json));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(one, between, indents), { maxLength: 6 }),
        fc.integer({ min: 1, max: 30 }),
        async (all, size) => {
          const text = all.map(([value, gap, indent]) => JSON.stringify(value, null, indent) + gap).join('');
          const expected = all.map(([value]) => JSON.parse(JSON.stringify(value)));
          expect((await valuesOf(text, false, size)).values).toEqual(expected);
        },
      ),
    );
  });

  test("reading of an array's values may resume after any of them", async () => {
    const text = '[\n {"a": 1},\n {"b": [2, "]"]},\n {"c": 3}\n]\n';
    const { ends } = await valuesOf(text, true, 1);
    expect(ends).toHaveLength(3);
    expect((await valuesOf(text, true, 5, ends[0]!)).values).toEqual([{ b: [2, ']'] }, { c: 3 }]);
    expect((await valuesOf(text, true, 5, ends[1]!)).lines).toEqual([3]);
    expect((await valuesOf(text, true, 5, ends[2]!)).values).toEqual([]);
  });

  test('may have a name before their array, as in the archive of X, and a byte order mark', async () => {
    const text = '\uFEFFwindow.YTD.tweets.part0 = [ {"tweet": {"id": "1"}},\n{"tweet": {"id": "2"}} ];\n';
    const { values, lines } = await valuesOf(text, true, 3);
    expect(values).toEqual([{ tweet: { id: '1' } }, { tweet: { id: '2' } }]);
    expect(lines).toEqual([0, 1]);
    expect((await valuesOf('\uFEFF{"a": 1}{"b": 2}', false, 2)).values).toEqual([{ a: 1 }, { b: 2 }]);
  });

  test('values of several arrays are read as one series', async () => {
    expect((await valuesOf('[[1,2],[3]]\n[[4]]', true)).values).toEqual([[1, 2], [3], [4]]);
  });

  test('values of JSON that are cut stay for the next run', async () => {
    const { values, unended } = await valuesOf('[{"a": 1}, {"b": "x', true, 4);
    expect(values).toEqual([{ a: 1 }]);
    expect(unended).toBe('{"b": "x');
  });

  test('longer than 16 MB are rejected, and those behind them are read', async () => {
    const long = `{"a": "${'x'.repeat(17 * 2 ** 20)}"}`;
    const { values, faults } = await valuesOf(`[{"b": 1},\n${long},\n{"c": 2}, {"d": 3}]`, true, 2 ** 18);
    expect(values).toEqual([{ b: 1 }, { c: 2 }, { d: 3 }]);
    expect(faults).toEqual(['longer than 16 MB']);
  });

  test('a value of JSON that is not UTF-8 is rejected alone', async () => {
    const bytes = Buffer.concat([Buffer.from('[{"a": 1}, {"b": "'), Buffer.from([0xff]), Buffer.from('"}]')]);
    const { values, faults } = await valuesOf(bytes, true);
    expect([values, faults]).toEqual([[{ a: 1 }], ['not UTF-8']]);
  });
});
