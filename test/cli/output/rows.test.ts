import { expect, test } from 'vitest';
import { formatRows, type RowFormat } from '../../../src/cli/output/rows.ts';

async function formatted(
  format: RowFormat,
  names: readonly string[],
  ...batches: unknown[][][]
): Promise<string> {
  const all = (async function* () {
    yield* batches;
  })();
  let text = '';
  for await (const piece of formatRows(format, names, all)) text += piece;
  return text;
}

test('a table aligns numbers to the right and has no control characters', async () => {
  expect(await formatted('table', ['coin', 'n'], [['btc', 1]], [['e\u001bth', 20]])).toBe(
    'coin   n\nbtc    1\ne th  20\n',
  );
});

test('a table without rows has its titles', async () => {
  expect(await formatted('table', ['coin'])).toBe('coin\n');
});

test('a table of more than 1,000 rows says how many it leaves out', async () => {
  const rows = Array.from({ length: 1003 }, (_, i) => [i]);
  const text = await formatted('table', ['n'], rows.slice(0, 600), rows.slice(600));
  expect(text.split('\n')).toHaveLength(1 + 1000 + 2);
  expect(text).toContain('... and 3 more rows; ask for fewer, or write --format csv');
});

test('a row without a value has null in JSON and nothing in CSV', async () => {
  expect(await formatted('jsonl', ['a', 'b'], [[1]])).toBe('{"a":1,"b":null}\n');
  expect(await formatted('csv', ['a', 'b'], [['x\ny', null]])).toBe('a,b\n"x\ny",\n');
});
