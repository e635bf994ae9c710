import { describe, expect, test } from 'vitest';
import { console as sink } from '../../../src/sinks/console/console.ts';
import { batchOf, fakeContext, HOST, price } from '../fakes.ts';

async function shown(fields: readonly string[], values: Parameters<typeof batchOf>[0], width?: number) {
  const logged: string[] = [];
  const printed: string[] = [];
  const print = async (lines: string) => void printed.push(lines);
  const context = { ...fakeContext('prices', { info: (text) => logged.push(text) }), logged, printed };
  const open = await sink.open({ fields, raw: false }, context, { ...HOST, output: { print, width } });
  await open.write(batchOf(values));
  return { lines: context.printed.join('\n').split('\n'), context, open };
}

describe('in a pipe', () => {
  test('a record is printed unchanged: numbers above 2^53 keep their digits', async () => {
    const raw = '{"id":1790000000000000001,"x":1.0}';
    expect((await shown([], [raw, price(1)])).lines).toEqual([raw, JSON.stringify(price(1))]);
  });

  test('a value over several lines is one line', async () => {
    const { lines } = await shown([], [JSON.stringify({ text: 'a\nb' }, null, 2)]);
    expect(lines.map((line) => JSON.parse(line))).toEqual([{ text: 'a\nb' }]);
  });

  test('the fields asked for come in their order, null where there is none', async () => {
    expect((await shown(['price', 'coin', 'x'], [price(0)])).lines).toEqual([
      '{"price":100,"coin":"btc","x":null}',
    ]);
  });
});

describe('on a terminal', () => {
  test('a terminal shows a table with a header', async () => {
    expect((await shown(['coin', 'price'], [price(0), price(1)], 40)).lines).toEqual([
      'coin  price',
      'btc     100',
      'eth     101',
    ]);
  });

  test('columns hidden for lack of space are named once, with a hint', async () => {
    const { context, open } = await shown([], [price(0)], 40);
    await open.write(batchOf([price(1)]));
    expect(context.logged).toEqual([
      expect.stringMatching(/^no room for .*market_cap.*; choose fields with --fields$/),
    ]);
    expect((await shown(['coin'], [price(0)], 40)).context.logged).toEqual([]);
  });
});

test('a value that is not a JSON object is rejected, tombstones are skipped, the rest is shown', async () => {
  const { lines, context, open } = await shown(['price'], ['x', null, '[]', price(0)]);
  expect(lines).toEqual(['{"price":100}']);
  expect(context.rejected).toEqual([
    { offset: 0, reason: expect.stringMatching(/^not JSON: /) },
    { offset: 2, reason: 'not a JSON object' },
  ]);
  expect(open.counts()).toEqual({ rows: 1, rejected: 2, tombstones: 1 });
});

test('the position is the committed offset of the group, which follows within a second', async () => {
  const { context, open } = await shown([], [price(0)]);
  expect(await open.start(0)).toBeUndefined();
  expect([open.due(context.time + 999), open.due(context.time + 1000)]).toEqual([false, true]);
  await open.flush(context.time + 1000);
  expect(open.due(context.time + 5000)).toBe(false);
});

test.each([-3, 5])('a wall clock set by %d hours does not change when the console commits', async (hours) => {
  const { context, open } = await shown([], [price(0)]);
  context.ahead = hours * 3_600_000;
  await open.write(batchOf([price(1)], { first: 1 }));
  expect([open.due(context.time + 999), open.due(context.time + 1000)]).toEqual([false, true]);
});

test('nothing read prints nothing in a pipe', async () => {
  expect((await shown([], [])).context.printed).toEqual([]);
});
