import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { kindsIn } from '../../../../src/cli/commands/import/kind.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-import-'));
const write = (content: string | Buffer): string => {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return path;
};
const kindOf = (content: string | Buffer) => [...kindsIn([write(content)])];

test.each([
  ['v2 lines', '{"data":{"id":"1","text":"x","created_at":"2026-03-02T10:00:00Z"}}\n'],
  ['an answer page, pretty-printed', '{\n  "data": [\n    {\n      "author_id" : "1"\n'],
  ['an archive of X', 'window.YTD.tweets.part0 = [ { "tweet" : { "full_text" : "x" } } ]'],
  ['notices', '\uFEFF{"delete":{"status":{"id":1}}}\n'],
  ['a CSV of posts', 'id,"date",Text,likes\n1,2026,x,2\n'],
])('%s are posts, packed too', (_, text) => {
  expect(kindOf(text)).toEqual(['tweets']);
  expect(kindOf(gzipSync(text + text.repeat(50_000).slice(0, 200_000)))).toEqual(['tweets']);
});

test.each([
  ['bars', 'timestamp,open,high,low,close\n'],
  ['bars without a header', '1700000000000,1,2,0.5,1.5,10\n'],
  ['quotes', '{"base":"btc","quote":"usdt","price":1,"last_updated":"2026-03-02T10:00:00Z"}\n'],
  ['klines', '[[1700000000000,"1","2"]]'],
  ['nothing', ''],
])('%s are prices', (_, text) => expect(kindOf(text)).toEqual(['prices']));

test('standard input, folders and missing files are taken for prices', () => {
  expect([...kindsIn(['-', folder, join(folder, 'none')])]).toEqual(['prices']);
});

test('files of posts and files of prices are distinguished', () => {
  expect([...kindsIn([write('{"full_text":"x"}'), '-'])]).toEqual(['tweets', 'prices']);
});
