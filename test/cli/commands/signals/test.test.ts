import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../../src/cli/app.ts';
import type { Io } from '../../../../src/cli/process/io.ts';
import type { NewRecord } from '../../../../src/core/stream/record.ts';
import { HOUR } from '../../../../src/core/util/time.ts';
import { systemClock } from '../../../../src/runtime/system-clock.ts';
import {
  noise,
  planted,
  type SignalSeries,
  signalRecord,
  signalRows,
} from '../../../market/lead/lead-data.ts';
import { fakeIo } from '../../fakes.ts';
import { withLocalBus } from '../../local-bus.ts';

let dir = '';
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'cli-signals-')), 'bus');
});

async function signals(line = '', changes: Partial<Io> = {}) {
  const { io, written } = fakeIo({ clock: systemClock, ...changes });
  const words = line.split(' ').filter(Boolean);
  const code = await runCommandLine(['signals', 'test', ...words, '--bus', `local:${dir}`], io);
  return { code, ...written };
}

const append = (records: readonly NewRecord[]) =>
  withLocalBus(dir, systemClock, (log) => log.append(records));
const fill = (...series: readonly SignalSeries[]) =>
  append(series.flatMap((one) => signalRows(one).map((row) => signalRecord(row))));

const COUNT = 600;
const x = noise(1, 'attention', COUNT);
const led: SignalSeries = {
  coin: 'btc',
  attention: x,
  returns: planted(x, 2, 0.4, noise(1, 'return', COUNT)),
};
// One noise in twenty is called a lead; this one is not.
const still: SignalSeries = {
  coin: 'eth',
  attention: noise(7, 'attention', COUNT),
  returns: noise(7, 'return', COUNT),
};

describe('the answer', () => {
  test('a planted lead is named with its span and its p, and the halves confirm it', async () => {
    await fill(led, still);
    const { code, out, err } = await signals();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [first, second, third] = out.split('\n');
    expect(first).toMatch(
      /^A lead found: attention comes 20m before the return \(btc, windows of 10m\), r = 0\.[34]\d\d, p = 0\.001 once 13 lags and 2 coins are allowed for\.$/,
    );
    expect(second).toMatch(
      /^The first half finds that attention comes 20m .*, and the second half confirms it/,
    );
    expect(third).toBe('');
    expect(out).toMatch(/^btc +10m +attention +\+20m +0\.[34]\d\d +0\.[34]\d\d +0\.001 +\d+ +\d+$/m);
    expect(out).not.toContain('95 %');
  });

  test('noise is no lead, and what looks like one is named with its p', async () => {
    await fill(still);
    const { out } = await signals();
    expect(out).toMatch(
      /^No lead found: what looks like one at [+-]\d+\w+ \(eth, windows of 10m\) has p = 0\.\d{3} once 13 lags are allowed for\.\n/,
    );
  });

  test('a terminal gets a chart of correlation by lag with its band', async () => {
    await fill(led);
    const { out } = await signals('--lags 2', { outIsTerminal: true, env: { NO_COLOR: '1' } });
    const lines = out.split('\n');
    const chart = lines.slice(lines.findIndex((line) => line.includes('by lag')) + 1);
    expect(chart.slice(0, 5).map((line) => line.trim().split(/\s+/)[0])).toEqual([
      '-20m',
      '-10m',
      '0',
      '+10m',
      '+20m',
    ]);
    expect(chart[4]).toContain('██████');
    expect(chart[5]).toMatch(/95 % band of one lag: ±0\.0[89]\d\. Above 0, attention comes first\./);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(160);
  });

  test('JSON has every lag of every pair, and the same seed gives the same p', async () => {
    await fill(led, { ...still, sentiment: noise(3, 'sentiment', COUNT) });
    const line = '--json --series attention,sentiment --seed 5';
    const { out, err } = await signals(line);
    const report = JSON.parse(out);
    expect(report.tests.map(({ coin, series }: never) => [coin, series])).toEqual([
      ['btc', 'attention'],
      ['eth', 'attention'],
      ['eth', 'sentiment'],
    ]);
    expect(report.lead).toBe(true);
    expect(report.strongest).toMatchObject({ coin: 'btc', series: 'attention', lag: 2 });
    expect(report.halves).toMatchObject({ coin: 'btc', lag: 2, confirmed: true });
    expect(report.tests[0].lags.map(({ lag_ms }: { lag_ms: number }) => lag_ms / 600_000)).toEqual(
      Array.from({ length: 13 }, (_, at) => at - 6),
    );
    expect(report.left_out).toMatchObject([{ coin: 'btc', series: 'sentiment' }]);
    expect(err).toContain('btc 10m sentiment is not tested: 0 of 48 windows with both a value and a return');
    expect((await signals(line)).out).toBe(out);
    expect((await signals(line.replace('5', '6'))).out).not.toBe(out);
  });
});

describe('the rows', () => {
  test('the newest revision of a row counts, a deleted or provisional one does not', async () => {
    const rows = signalRows(led);
    const wrong = rows.map((row) => signalRecord(row, { log_return: 0.5, revision: 0 }));
    await append([
      ...wrong,
      ...rows.map((row) => signalRecord(row, { revision: 1 })),
      { ...signalRecord(rows[599]!), value: null },
      signalRecord(rows[598]!, { final: false }),
      signalRecord(rows[597]!, { window_end: 'soon' } as never),
    ]);
    const { out, err } = await signals('--json');
    const report = JSON.parse(out);
    expect(report).toMatchObject({ lead: true, tests: [{ windows: 597 }] });
    expect(err).toContain('1 record of signals cannot be read');
    expect(err).toContain('1 window not final, left out');
  });

  test('--coin, --window and --history choose rows', async () => {
    await fill(led, still, {
      coin: 'btc',
      length: HOUR,
      attention: noise(4, 'a', 100),
      returns: noise(4, 'b', 100),
    });
    const tests = async (line: string) =>
      JSON.parse((await signals(`--json ${line}`)).out).tests.map((one: Record<string, unknown>) =>
        [one.coin, one.window, one.windows].join(' '),
      );
    expect(await tests('')).toEqual(['btc 10m 600', 'eth 10m 600', 'btc 1h 100']);
    expect(await tests('--coin btc')).toEqual(['btc 10m 600', 'btc 1h 100']);
    expect(await tests('--coin btc --window 1h')).toEqual(['btc 1h 100']);
    expect(await tests('--window 10m --history 2d')).toEqual(['btc 10m 288', 'eth 10m 288']);
  });
});

describe('a refusal', () => {
  test('sliding windows are refused with the reason', async () => {
    await append(signalRows(led).map((row) => signalRecord(row, { slide: '1m' })));
    const { code, err } = await signals();
    expect(code).toBe(2);
    expect(err).toContain('the windows of 10m slide: neighbours have posts and prices in common');
    expect(err).toContain('without --slide');
  });

  test('windows that overlap slide, whatever they say', async () => {
    const rows = signalRows({ ...led, length: HOUR });
    const halfHours = signalRows({ ...led, length: HOUR / 2 });
    await append(
      rows.map((row, at) => ({
        ...signalRecord(row, {
          window_start: halfHours[at]!.window_start,
          window_end: halfHours[at + 1]?.window_end ?? row.window_end,
        }),
        key: `${at}`,
      })),
    );
    expect(await signals()).toMatchObject({
      code: 2,
      err: expect.stringContaining('the windows of 1h slide'),
    });
  });

  test('fewer than 48 windows are too few, and more lags need more', async () => {
    const short = (count: number): SignalSeries => ({
      coin: 'btc',
      attention: x.subarray(0, count),
      returns: noise(1, 'return', count),
    });
    await fill(short(47));
    const { code, err } = await signals();
    expect(code).toBe(1);
    expect(err).toContain('btc 10m attention is not tested: 47 of 48 windows with both a value and a return');
    await fill(short(48));
    expect((await signals()).code).toBe(0);
    expect((await signals('--lags 13')).err).toContain('48 of 52 windows');
  });

  test('a coin, a length or a topic that is not there is named, with those that are', async () => {
    await fill(led);
    expect(await signals('--coin doge')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--coin doge: topic signals has no such rows\n.*It has btc\./s),
    });
    expect((await signals('--window 1h')).err).toContain('It has 10m.');
    expect((await signals('--topic signal')).err).toContain("no topic 'signal'");
    await withLocalBus(dir, systemClock, (log) =>
      log.createTopic('empty', { partitions: 1, retentionMs: undefined, compacted: true }),
    );
    expect((await signals('--topic empty')).err).toContain('topic empty has no signals');
  });

  test('a wrong time that stretches the windows is refused with a hint', async () => {
    await fill(led);
    await append(
      [
        signalRecord(signalRows(led)[0]!, {
          window_start: '1970-01-01T00:00:00.000Z',
          window_end: '1970-01-01T00:10:00.000Z',
        }),
      ].map((record) => ({ ...record, key: 'old' })),
    );
    const { code, err } = await signals();
    expect(code).toBe(2);
    expect(err).toContain('--history');
    expect((await signals('--history 30d')).code).toBe(0);
  });

  test('all wrong settings are reported at once', async () => {
    const { code, err } = await signals('--lags 0 --series mood --history 1s --seed -1');
    expect(code).toBe(2);
    for (const flag of ['--lags', '--series', '--history', '--seed']) expect(err).toContain(flag);
  });
});
