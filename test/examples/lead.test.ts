import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommandLine } from '../../src/cli/app.ts';
import { random } from '../../src/core/util/random.ts';
import { HOUR } from '../../src/core/util/time.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { fakeIo } from '../cli/fakes.ts';
import { withLocalBus } from '../cli/local-bus.ts';
import { noise, planted, type SignalSeries, signalRecord, signalRows } from '../market/lead/lead-data.ts';

const execute = promisify(execFile);

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cli-lead-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function cryptopipe(line: string): Promise<string> {
  const { io, written } = fakeIo({ clock: systemClock });
  const code = await runCommandLine([...line.split(' '), '--bus', `local:${dir}/bus`], io);
  expect({ code, err: written.err }).toEqual({ code: 0, err: '' });
  return written.out;
}

/** Signals, and the candles that their returns are of; some of both are missing, and some written twice. */
function recordsOf(seed: number, shape: Pick<SignalSeries, 'coin' | 'length'>, count: number, lag: number) {
  const attention = noise(seed, 'attention', count).map((value) => Math.round(4 * value) / 4);
  const returns = planted(attention, lag, 0.4, noise(seed, 'return', count));
  const { chance } = random(seed, 'gaps');
  return signalRows({ ...shape, attention, returns }).flatMap((row, t) => {
    if (chance(0.05)) return [];
    const candle = { ...row, quote: row.price_quote, source: row.price_source, open: 100 };
    const close = 100 * Math.exp(returns[t]! / 100);
    const log_return = Math.log(close / 100);
    const written = { topic: 'candles', key: `${row.coin}|usdt|file|${row.window}|${row.window_start}` };
    const candleRecord = (value: object) => ({
      ...signalRecord(row),
      ...written,
      value: JSON.stringify({ ...candle, ...value }),
    });
    const signal = chance(0.1)
      ? [signalRecord(row, { attention_z: null, log_return })]
      : [signalRecord(row, { attention_z: 99 }), signalRecord(row, { log_return, revision: 1 })];
    return [...signal, candleRecord({ close: 1 }), candleRecord({ close })];
  });
}

test('DuckDB has the numbers of `signals test` from signals and candles, joined by when a signal was known', async () => {
  await withLocalBus(join(dir, 'bus'), systemClock, (log) =>
    log.append([
      ...recordsOf(1, { coin: 'btc' }, 700, 2),
      ...recordsOf(2, { coin: 'eth', length: HOUR }, 400, 3),
    ]),
  );
  const files = ['signals.jsonl', 'candles.jsonl', 'test.json'].map((name) => join(dir, name));
  writeFileSync(files[0]!, await cryptopipe('topics tail signals --from start --json'));
  writeFileSync(files[1]!, await cryptopipe('topics tail candles --from start --json'));
  const report = await cryptopipe('signals test --json');
  writeFileSync(files[2]!, report);
  const { strongest } = JSON.parse(report);
  expect(strongest).toMatchObject({ coin: 'btc', lag: 2 });
  const { stdout } = await execute(process.execPath, ['examples/lead/lead.mjs', ...files]);
  const [btc, eth, last] = stdout.split('\n');
  expect(btc).toContain(
    `btc 10m attention: known before windows at lag +2: r = ${strongest.pearson.toFixed(3)}, `,
  );
  expect(eth).toContain('eth 1h attention: known before windows at lag +2: r = ');
  expect(last).toMatch(/^largest difference from signals test: \d\.\de-1\d$/);

  // A number that differs is found.
  const changed = JSON.parse(report);
  changed.tests[1].lags[3].spearman += 1e-6;
  writeFileSync(files[2]!, JSON.stringify(changed));
  await expect(execute(process.execPath, ['examples/lead/lead.mjs', ...files])).rejects.toMatchObject({
    code: 1,
  });
});
