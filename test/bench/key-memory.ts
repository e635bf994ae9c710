import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewRecord } from '../../src/core/stream/record.ts';
import { formatTime } from '../../src/core/util/time.ts';
import { openLocalLog } from '../../src/log/local/open.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { fill } from './kit.ts';
import { type Measured, measure } from './measure.ts';

const FIRST = Date.parse('2026-03-01T00:00:00Z');
/** Minutes of the prices of each pair: those of the first run close no candle of ten minutes, those of the second do. */
const ROUNDS = { first: [1, 3, 5, 7], second: [12] };

/** Topic `prices`: `keys` pairs in turn, one price each each minute. */
function* prices(keys: number, minutes: readonly number[]): Iterable<NewRecord> {
  const headers = { schema: 'price/1' };
  for (const minute of minutes)
    for (let i = 0; i < keys; i++) {
      const coin = `coin-${i}`;
      const time = formatTime(FIRST + minute * 60_000 + (i % 1000));
      const value = `{"coin":"${coin}","quote":"usdt","price":${1 + ((i * 7 + minute) % 97) / 8},"time":"${time}","source":"bench"}`;
      yield { topic: 'prices', partitionKey: coin, key: `${coin}|usdt|${time}`, value, headers };
    }
}

const fillMinutes =
  (minutes: readonly number[]) =>
  async (dir: string, keys: number): Promise<Measured> => {
    const log = await openLocalLog(dir, systemClock);
    const measured = await measure('', async () => {
      await fill(log, prices(keys, minutes));
      return keys * minutes.length;
    });
    await log.close();
    return measured;
  };

export const KEY_STAGES: Record<string, (dir: string, keys: number) => Promise<Measured>> = {
  'keys: first run (filling)': fillMinutes(ROUNDS.first),
  'keys: second run (filling)': fillMinutes(ROUNDS.second),
};

interface Peaks {
  readonly anonymousMb: number;
  readonly residentMb: number;
  readonly seconds: number;
}

/** `process candles --once` in its own process, whose memory is read a hundred times per second. */
async function peaksOf(program: string, dir: string): Promise<Peaks> {
  const begun = performance.now();
  const args = [program, 'process', 'candles', '--once', '--bus', `local:${dir}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const kilobytes = { RssAnon: 0, VmHWM: 0 };
  const sample = () => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    for (const name of ['RssAnon', 'VmHWM'] as const)
      kilobytes[name] = Math.max(
        kilobytes[name],
        Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0),
      );
  };
  const timer = setInterval(sample, 10);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  const seconds = (performance.now() - begun) / 1000;
  return { anonymousMb: kilobytes.RssAnon / 1024, residentMb: kilobytes.VmHWM / 1024, seconds };
}

/**
 * What the state of `keys` pairs in candles takes: of a run that makes it, and of one that restores it and closes a
 * candle of each pair. `programs`: builds to compare, each over its own copy of the bus.
 */
export async function showKeyMemory(
  keys: number,
  programs: readonly string[],
  runStage: (stage: string, dir: string, count: number) => unknown,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'cryptopipe-bench-'));
  try {
    const source = join(root, 'source');
    runStage('keys: first run (filling)', source, keys);
    for (const [i, program] of programs.entries()) {
      const dir = join(root, `${i}`);
      cpSync(source, dir, { recursive: true });
      console.log(program);
      for (const run of ['first', 'second'] as const) {
        if (run === 'second') runStage('keys: second run (filling)', dir, keys);
        const { anonymousMb, residentMb, seconds } = await peaksOf(program, dir);
        console.log(
          `  ${run} run: ${anonymousMb.toFixed(0)} MB anonymous, ${residentMb.toFixed(0)} MB resident, ${seconds.toFixed(1)} s`,
        );
      }
      rmSync(dir, { recursive: true, force: true });
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
