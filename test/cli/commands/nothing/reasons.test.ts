import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { quotes, setUp } from '../../stage-commands.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-02T10:00:00Z');
/** One price a minute. */
const prices = (count: number, from = START) =>
  Array.from({ length: count }, (_, i) => ({
    coin: 'btc',
    quote: 'usdt',
    price: 100 + i,
    time: new Date(from + i * MINUTE).toISOString(),
    source: 'file',
  }));
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const nothingNew = (topic: string) =>
  new RegExp(`info  nothing new since ${TIME}, when the last record came to topic ${topic}`);

describe('a one-shot run that did nothing', () => {
  test('names the empty topics', async () => {
    const { run } = await setUp();
    expect((await run('process candles --once')).err).toMatch(
      /nothing to do: topics? prices.* (is|are) empty; fill (it|them) with cryptopipe produce, or name another bus with --bus/,
    );
    expect((await run('sink console --topics prices --once')).err).toContain(
      'nothing to do: topic prices is empty; fill it with cryptopipe produce and cryptopipe process',
    );
  });

  test('says since when there is nothing new', async () => {
    const { run, fill } = await setUp();
    await fill('prices-file', quotes(3));
    expect((await run('process join --once')).err).not.toContain('nothing');
    expect((await run('process join --once')).err).toMatch(nothingNew('prices-file'));
    expect((await run('process join --once --quiet')).err).toBe('');
  });

  test('a one-shot run that did nothing tells how to read a file again', async () => {
    const { run, folder } = await setUp();
    const file = join(folder, 'btc.csv');
    await writeFile(file, 'time,price\n2026-03-02T10:00:00Z,1\n');
    const line = `produce prices --file ${file} --base btc --quote usdt`;
    expect((await run(line)).err).not.toContain('nothing');
    for (const again of ['', ' --once']) {
      const { err } = await run(line + again);
      expect(err).toMatch(nothingNew('prices-file'));
      expect(err).toContain('to read the file again, add --from-start');
    }
  });

  test('a one-shot run that did nothing tells how to see a topic on the console again', async () => {
    const { run, fill } = await setUp();
    await fill('prices', prices(2));
    const line = 'sink console --topics prices --once';
    expect((await run(line)).err).not.toContain('nothing');
    const { err } = await run(line);
    expect(err).toMatch(nothingNew('prices'));
    expect(err).toContain(
      'to see it again: cryptopipe sink console --topics prices --once --group NAME, or first cryptopipe topics reset prices --group cryptopipe.console --from start --yes',
    );
    expect((await run(`${line} --group other`)).out).not.toBe('');
    await run('topics reset prices --group cryptopipe.console --from start --yes');
    expect((await run(line)).out).not.toBe('');
  });

  test('a one-shot run of a file sink that did nothing names no second way to write the same', async () => {
    const { run, fill, folder } = await setUp();
    await fill('prices', prices(2));
    const line = `sink file --topics prices --dir ${join(folder, 'lake')} --once`;
    await run(line);
    const { err } = await run(line);
    expect(err).toMatch(nothingNew('prices'));
    expect(err).not.toContain('again');
  });
});

describe('windows that were not asked for when the prices were read', () => {
  const HINT =
    'topic candles has no candles of 1h,30m: the prices were read when --window 1h,30m was not asked for; to compute them: cryptopipe process replay candles --from 2026-03-02 --to 2026-03-03 --window 1h,30m';

  test('windows that were not asked for when the prices were read are named with the command that computes them', async () => {
    const { run, fill } = await setUp();
    await fill('prices', prices(180));
    await run('process candles --window 10m --once');
    expect((await run('process candles --window 10m --once')).err).not.toContain('replay');
    const { err } = await run('process candles --window 10m,1h,30m --once');
    expect(err).toMatch(nothingNew('prices'));
    expect(err).toContain(HINT);
  });

  test('windows that were not asked for when the prices were read are not named while they may still be open, and not where something was new', async () => {
    const { run, fill } = await setUp();
    await fill('prices', prices(100));
    expect((await run('process candles --window 10m,1h --once')).err).not.toContain('replay');
    expect((await run('process candles --window 10m,1h --once')).err).not.toContain('replay');
  });
});

test('an empty topics tail says whether the topic is empty or where its last record is', async () => {
  const { run, fill } = await setUp();
  await run('topics create prices');
  const tail = 'topics tail prices';
  expect(await run(tail)).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringContaining('topic prices has no records'),
  });
  await fill('prices', prices(1));
  expect((await run(tail)).err).toBe('');
  const { out, err } = await run(`${tail} --from 2099-01-01`);
  expect(out).toBe('');
  expect(err).toMatch(
    new RegExp(
      `nothing there: the last record of topic prices came ${TIME}; to see it: cryptopipe topics tail prices --from -1`,
    ),
  );
});
