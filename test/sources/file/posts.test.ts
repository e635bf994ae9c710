import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { importPosts, NOW, rejectsOf, sourceHarness } from '../collect.ts';
import { temporaryFolder } from '../folder.ts';

const { write } = temporaryFolder();

const V2 =
  '{"data":{"id":"1790000000000000001","text":"a  \\u00e9","extra":{"deep":[1]}},"matching_rules":[]}';
const V1 =
  '{"created_at":"Wed Oct 10 20:19:24 +0000 2018","id":1790000000000000002,"id_str":"1790000000000000003"}';
const LINES = [
  V2,
  '',
  V1,
  '   ',
  '{"delete":{"status":{"id_str":"1","user_id_str":"2"}}}',
  '{"limit":{"track":22,"timestamp_ms":"1477757470194"}}',
  '{"errors":[{"title":"operational-disconnect"}]}',
  '{"id":"1790000000000000004","text":"bare"}',
];

describe('posts', () => {
  test('both shapes and notices about posts are written as they came, by their id; the others are counted', async () => {
    const { records, counts } = await importPosts(write(`${LINES.join('\r\n')}\r\n`));
    expect(records.map(({ key }) => key)).toEqual([
      '1790000000000000001',
      '1790000000000000003',
      '1',
      '1790000000000000004',
    ]);
    expect(records[0]).toEqual({
      topic: 'tweets',
      partitionKey: '1790000000000000001',
      key: '1790000000000000001',
      value: V2,
      headers: { source: 'file', schema: 'tweet/1', received_at: new Date(NOW).toISOString() },
    });
    expect(records[1]!.value).toBe(V1);
    expect(counts).toEqual({ 'keep-alive': 2, limit: 1, errors: 1 });
  });

  test('gzip gives the same', async () => {
    const plain = await importPosts(write(LINES.join('\n')));
    expect(await importPosts(write(gzipSync(LINES.join('\n'))))).toEqual(plain);
  });

  test('broken lines are rejected with line number, text and reason; nothing else is lost', async () => {
    const long = `{"text":"${'x'.repeat(2 ** 20)}"}`;
    const lines = ['{"data":', '[]', 'null', '"text"', '{"text":"no id"}', '{"id":1.79e18}', long];
    const bytes = [...lines.map((line) => Buffer.from(`${line}\n`)), Buffer.from([0xff, 0xfe, 10])];
    const path = write(Buffer.concat([...bytes, Buffer.from(`${V2}\n`)]));
    const { records, counts } = await importPosts(path);
    expect(counts).toEqual({});
    expect(rejectsOf(records)).toEqual([
      [1, expect.stringContaining('not JSON')],
      [2, 'not a JSON object'],
      [3, 'not a JSON object'],
      [4, 'not a JSON object'],
      [5, 'id_str is missing'],
      [6, expect.stringContaining('2^53')],
      [7, 'longer than 1 MB'],
      [8, 'not UTF-8'],
    ]);
    expect(records.at(-1)!.value).toBe(V2);
    const texts = records.slice(0, -1).map(({ value }) => JSON.parse(value!).text);
    expect(texts.slice(0, 2)).toEqual(['{"data":', '[]']);
    expect(texts[6]).toBe(long.slice(0, 2000));
  });

  test('a replacement character that the post itself holds is no fault', async () => {
    const { counts } = await importPosts(write('{"id_str":"1","text":"\uFFFD"}\n'));
    expect(counts).toEqual({});
  });

  test('a second run adds what was appended', async () => {
    const around = sourceHarness();
    const path = write(`${V2}\n`);
    expect((await importPosts(path, around)).records).toHaveLength(1);
    const { appendFileSync } = await import('node:fs');
    appendFileSync(path, `${V1}\n`);
    expect((await importPosts(path, around)).records.map(({ value }) => value)).toEqual([V1]);
  });
});
