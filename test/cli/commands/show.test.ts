import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runCommandLine } from '../../../src/cli/app.ts';
import { leadSentence } from '../../../src/cli/picture/lead-sentence.ts';
import type { Io } from '../../../src/cli/process/io.ts';
import { formatTime, MINUTE } from '../../../src/core/util/time.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { noise, START, signalRecord, signalRows } from '../../market/lead/lead-data.ts';
import { fakeIo } from '../fakes.ts';
import { withLocalBus } from '../local-bus.ts';

let dir = '';
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'cli-show-')), 'bus');
});

async function show(line = '', changes: Partial<Io> = {}) {
  const { io, written } = fakeIo({ clock: systemClock, ...changes });
  const code = await runCommandLine(
    ['show', ...line.split(' ').filter(Boolean), '--bus', `local:${dir}`],
    io,
  );
  return { code, ...written };
}

const COUNT = 60;
const rows = signalRows({ coin: 'btc', attention: noise(1, 'a', COUNT), returns: noise(1, 'r', COUNT) });
const candle = (at: number) => {
  const [window_start, window_end] = [at, at + 1].map((count) => formatTime(START + count * 10 * MINUTE));
  const key = `btc|usdt|file|10m|${window_start}`;
  const value = {
    coin: 'btc',
    quote: 'usdt',
    source: 'file',
    window: '10m',
    window_start,
    window_end,
    close: 100 + at,
  };
  return { topic: 'candles', partitionKey: 'btc', key, value: JSON.stringify(value), headers: {} };
};
const fill = () =>
  withLocalBus(dir, systemClock, (log) =>
    log.append([...rows.map((row) => signalRecord(row)), ...rows.map((_, at) => candle(at))]),
  );

test('show draws price and posts of the newest day on a terminal, and a table into a pipe', async () => {
  await fill();
  const drawn = await show('', { outIsTerminal: true, width: 80, env: { NO_COLOR: '1' } });
  expect(drawn).toMatchObject({ code: 0, err: '' });
  expect(drawn.out).toMatch(/^BTC\/USDT 159, .*\n +159 ┤/);
  expect(drawn.out).toContain(`Posts about btc per 10m: ${3 * COUNT} in all`);
  const piped = await show();
  expect(piped.out.split('\n')).toHaveLength(1 + COUNT + 1);
  expect(piped.out).toMatch(/^2026-03-02 00:00 +100 +3$/m);
});

test('show --json is one object, and --history shortens it', async () => {
  await fill();
  const { out } = await show('--json --history 1h');
  expect(JSON.parse(out).windows).toHaveLength(6);
});

test('show names the coins that there are when nothing is known of the asked one', async () => {
  await fill();
  const { code, out, err } = await show('--coin ada');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('--coin ada: the bus has nothing about it');
  expect(err).toContain('It has btc.');
});

test('show of a bus without candles and signals names a command that makes some', async () => {
  await withLocalBus(dir, systemClock, (log) =>
    log.append([{ topic: 'tweets', partitionKey: '', key: '', value: '{}', headers: {} }]),
  );
  const { code, err } = await show();
  expect(code).toBe(1);
  expect(err).toContain("'cryptopipe run --sample'");
});

const ALL = { topic: 'signals', coins: [], windows: [] };

test('the sentence about leads is the first one of signals test, and missing without signals', async () => {
  await withLocalBus(dir, systemClock, async (log) => expect(await leadSentence(log, ALL)).toBeUndefined());
  await fill();
  const { io, written } = fakeIo({ clock: systemClock });
  await runCommandLine(['signals', 'test', '--bus', `local:${dir}`], io);
  const sentence = await withLocalBus(dir, systemClock, (log) => leadSentence(log, ALL));
  expect(written.out.split('\n')[0]).toBe(sentence);
  const { out } = await show('', { outIsTerminal: true, env: { NO_COLOR: '1' } });
  expect(out.replaceAll('\n', ' ')).toContain(sentence);
});
