import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '../../src/core/util/random.ts';
import { MINUTE } from '../../src/core/util/time.ts';
import { openLocalLog } from '../../src/log/local/open.ts';
import { sourceStage } from '../../src/runtime/source-stage.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { file } from '../../src/sources/file/file.ts';
import type { SourceContext } from '../../src/sources/source.ts';
import { defaults, reporter } from './kit.ts';
import { type Measured, measure } from './measure.ts';

const FIRST = Date.UTC(2015, 0, 1);
const ROWS_AT_ONCE = 20_000;

/** Writes a CSV of bars of a minute, about 55 bytes a row, if it is not there. Deterministic. */
function csvOfBars(dir: string, count: number, newestFirst = false): string {
  const path = join(dir, `bars-${count}${newestFirst ? '-newest-first' : ''}.csv`);
  if (existsSync(path)) return path;
  const output = openSync(path, 'w');
  const draw = random(1, 'bench-bars');
  writeSync(output, 'time,open,high,low,close,volume\n');
  let price = 60_000;
  for (let from = 0; from < count; from += ROWS_AT_ONCE) {
    let text = '';
    for (let index = from; index < Math.min(count, from + ROWS_AT_ONCE); index++) {
      const close = 60_000 + draw.normal() * 100;
      const high = Math.max(price, close) + draw.next() * 9;
      const low = Math.min(price, close) - draw.next() * 9;
      const minute = newestFirst ? count - index : index;
      const numbers = [price, high, low, close].map((one) => one.toFixed(2)).join(',');
      text += `${FIRST + minute * MINUTE},${numbers},${(draw.next() * 500).toFixed(3)}\n`;
      price = close;
    }
    writeSync(output, text);
  }
  closeSync(output);
  return path;
}

const settingsOf = (path: string) => defaults(file.options, { file: [path], base: 'btc', quote: 'usdt' });

const context: SourceContext = {
  ...systemClock,
  signal: new AbortController().signal,
  stdin: () => process.stdin,
  position: async () => undefined,
  once: true,
  secret: () => undefined,
  proxy: () => undefined,
  random: Math.random,
  status: () => {},
  print: () => {},
  info: () => {},
  warn: reporter.warn,
};

async function toRecords(path: string): Promise<Measured> {
  const readSettings = { ...settingsOf(path), kinds: ['prices'] as const, topic: undefined };
  return measure('', async () => {
    let seen = 0;
    for await (const { records } of file.read(readSettings, context)) seen += records.length;
    return seen;
  });
}

/** Bars from a CSV, beside a plain split and JSON of the same rows. */
export const FILE_STAGES: Record<string, (dir: string, count: number) => Promise<Measured>> = {
  'files: (writing)': (dir, count) =>
    measure('', () => {
      csvOfBars(dir, count);
      csvOfBars(dir, count, true);
      return count;
    }),
  'files: split, JSON.stringify and JSON.parse alone': (dir, count) => {
    const path = csvOfBars(dir, count);
    return measure('', () => {
      let seen = 0;
      for (const line of readFileSync(path, 'utf8').split('\n')) {
        const [time, open, high, low, close, volume] = line.split(',').map(Number);
        JSON.parse(JSON.stringify({ time, open, high, low, close, volume }));
        seen += 1;
      }
      return seen;
    });
  },
  'files: CSV to records': (dir, count) => toRecords(csvOfBars(dir, count)),
  'files: newest first to records': (dir, count) => toRecords(csvOfBars(dir, count, true)),
  'files: CSV to topic': async (dir, count) => {
    const path = csvOfBars(dir, count);
    const log = await openLocalLog(join(dir, `bus-${count}`), systemClock);
    const stage = sourceStage({
      log,
      source: file,
      settings: settingsOf(path),
      kinds: ['prices'],
      topic: undefined,
      clock: systemClock,
      reporter: { info: () => {}, warn: reporter.warn },
      sourceContext: context,
    });
    const measured = await measure('', async () => {
      await stage.start();
      await stage.finish('clock');
      return stage.stats.in;
    });
    await log.close();
    return measured;
  },
};
