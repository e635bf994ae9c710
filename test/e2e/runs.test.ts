import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StageStats } from '../../src/runtime/stage.ts';
import { slowest } from '../limits.ts';
import { sandbox, succeed } from './cli.ts';

const EXTRACT = resolve('examples/data/btcusdt-1m.csv');
const lines = readFileSync(EXTRACT, 'utf8').trim().split('\n');
const { run, start, path } = sandbox();

interface Summary extends Omit<StageStats, 'stage'> {
  readonly stages: StageStats[];
}
const summary = async (args: string) => JSON.parse(await succeed(run(args))) as Summary;
const produce = (file: string) =>
  succeed(run(['produce', 'prices', '--source', 'file', '--file', file, '--base', 'btc', '--quote', 'usdt']));

async function values(topic: string, bus = 'local:.cryptopipe'): Promise<Record<string, unknown>[]> {
  const out = await succeed(
    run(['topics', 'tail', topic, '--from', 'start', '--limit', '1000000', '--json', '--bus', bus]),
  );
  return out.trim() === ''
    ? []
    : out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).value);
}
const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

describe('one-shot runs', () => {
  test('two runs over the halves of a file give the candles of the whole file, with nothing late', async () => {
    const half = lines.length >> 1;
    writeFileSync(path('grows.csv'), `${lines.slice(0, half).join('\n')}\n`);
    await produce(path('grows.csv'));
    await succeed(run('process --window 10m --once'));
    appendFileSync(path('grows.csv'), `${lines.slice(half).join('\n')}\n`);
    await produce(path('grows.csv'));
    expect((await summary('process --window 10m --once')).late).toBe(0);
    const halves = await values('candles');

    const whole = ['--bus', 'local:whole'];
    await succeed(
      run([
        'produce',
        'prices',
        '--source',
        'file',
        '--file',
        EXTRACT,
        '--base',
        'btc',
        '--quote',
        'usdt',
        ...whole,
      ]),
    );
    await succeed(run(['process', '--window', '10m', '--once', ...whole]));
    expect(halves.length).toBeGreaterThan(280);
    expect(sorted(halves)).toEqual(sorted(await values('candles', 'local:whole')));
  });

  test('--close leaves no window open: every sample is in a final candle', async () => {
    await produce(EXTRACT);
    await succeed(run('process --window 10m --once --close'));
    const candles = await values('candles');
    expect(candles).toHaveLength((lines.length - 1) / 10);
    expect(candles.reduce((sum, { samples }) => sum + (samples as number), 0)).toBe(lines.length - 1);
    expect(candles.every(({ final }) => final)).toBe(true);
  });

  test('a run without new records succeeds, twice in a row', async () => {
    await produce(EXTRACT);
    await succeed(run('process --once'));
    for (let again = 0; again < 2; again++)
      expect(await summary('process --once')).toMatchObject({ in: 0, out: 0 });
  });

  test('of two runs started together the second exits 3 and names the holder of the lock', async () => {
    await succeed(run('topics create tweets'));
    const first = start(['process', 'select']);
    await expect.poll(async () => (await run('process select --once')).code).toBe(3);
    const { stderr } = await run('process select --once');
    expect(stderr).toContain(`process ${first.child.pid}`);
    first.child.kill('SIGTERM');
    expect((await first.done).code).toBe(0);
    expect((await run('process select --once')).code).toBe(0);
  });

  test('SIGTERM drains a run: what was read is committed, and nothing is read twice', async () => {
    await produce(EXTRACT);
    const running = start(['process', '--window', '1m']);
    await expect.poll(async () => (await values('candles').catch(() => [])).length).toBeGreaterThan(100);
    running.child.kill('SIGTERM');
    expect((await running.done).code).toBe(0);
    await succeed(run('process --window 1m --once --close'));
    const candles = await values('candles');
    expect(candles).toHaveLength(lines.length - 1);
    expect(candles.reduce((sum, { bars }) => sum + (bars as number), 0)).toBe(lines.length - 1);
  });
});

describe('two processes of one group', () => {
  const jsonLines = (from: number, to: number): string => {
    let text = '';
    for (let n = from; n < to; n++)
      for (const base of ['btc', 'eth', 'sol', 'xrp', 'ada', 'dot'])
        text += `${JSON.stringify({ base, quote: 'usdt', price: n + 1, last_updated: new Date(1_772_400_000_000 + n * 1000).toISOString() })}\n`;
    return text;
  };
  const feed = (from: number, to: number) => {
    appendFileSync(path('quotes.jsonl'), jsonLines(from, to));
    return succeed(run(['produce', 'prices', '--source', 'file', '--file', path('quotes.jsonl')]));
  };
  test('a killed process loses its partitions to the other within 10 s; one frozen past its lease commits nothing more and reports it', {
    timeout: 5 * 60_000,
  }, async () => {
    await feed(0, 50);
    await succeed(run('process join --once'));
    const first = start(['process', 'candles', '--window', '10s', '--commit-every', '50ms']);
    const second = start(['process', 'candles', '--window', '10s', '--commit-every', '50ms']);
    const counted = (atLeast: number) =>
      expect.poll(async () => (await values('candles')).length).toBeGreaterThanOrEqual(atLeast);
    // 50 s of six coins, 30 s of lateness: the first window of each is due.
    await counted(6);
    first.child.kill('SIGKILL');
    const killedAt = Date.now();
    await feed(50, 100);
    await succeed(run('process join --once'));
    await counted(36);
    expect(Date.now() - killedAt).toBeLessThan(slowest(10_000));

    second.child.kill('SIGSTOP');
    const third = start(['process', 'candles', '--window', '10s', '--commit-every', '50ms']);
    await feed(100, 150);
    await succeed(run('process join --once'));
    await counted(66);
    second.child.kill('SIGCONT');
    await second.saw('nothing was committed');
    await feed(150, 200);
    await succeed(run('process join --once'));
    await counted(96);
    for (const { child } of [second, third]) child.kill('SIGTERM');
    for (const { done } of [second, third]) expect((await done).code).toBe(0);
    await succeed(run('process candles --window 10s --once --close'));
    const keys = (await values('candles')).map(({ coin, window_start }) => `${coin} ${window_start}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBe(6 * 20);
    expect((await values('candles')).every(({ samples }) => samples === 10)).toBe(true);
  });
});
