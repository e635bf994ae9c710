import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DAY, MINUTE } from '../../src/core/util/time.ts';
import { openLocalLog } from '../../src/log/local/open.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { fill, tweetRecords } from './kit.ts';
import { type Measured, measure } from './measure.ts';
import { benchBars } from './prices.ts';

const MONTH = 30 * DAY;
/** Of `benchBars`. */
const COINS = 10;

/** A month: bars of a minute of ten coins, and `count` posts about fifty. */
export const MONTH_STAGES: Record<string, (dir: string, count: number) => Promise<Measured>> = {
  'month (filling)': async (dir, count) => {
    const log = await openLocalLog(dir, systemClock);
    const measured = await measure('', async () => {
      await log.createTopic('tweets', { partitions: 3, retentionMs: undefined, compacted: false });
      await fill(log, benchBars((MONTH / MINUTE) * COINS));
      await fill(log, tweetRecords(count, MONTH / count));
      return count;
    });
    await log.close();
    return measured;
  },
};

export interface MonthRun {
  readonly seconds: number;
  /** User CPU time, of all threads. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
  /** Records read and written, by processor. */
  readonly stages: readonly { readonly stage: string; readonly in: number; readonly out: number }[];
}

/** Clock ticks a second of /proc. */
const TICKS = 100;

/** What /proc says of a process: peak of its own memory is sampled by the caller. */
function sampleOf(pid: number): { readonly mb: number; readonly cpuSeconds: number } | undefined {
  try {
    const [, kb = '0'] = /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return { mb: Number(kb) / 1024, cpuSeconds: Number(fields[11]) / TICKS };
  } catch {
    return undefined;
  }
}

/** Runs all processors over the bus in `dir` to its end. */
export async function processMonth(program: string, dir: string): Promise<MonthRun> {
  const begun = performance.now();
  const args = [program, 'process', '--once', '--quiet', '--max-wait', '1h', '--bus', `local:${dir}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  let peakMb = 0;
  let cpuSeconds = 0;
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const timer = setInterval(() => {
    const sample = sampleOf(child.pid!);
    if (sample === undefined) return;
    peakMb = Math.max(peakMb, sample.mb);
    cpuSeconds = sample.cpuSeconds;
  }, 100);
  const code = await new Promise<number | null>((settle) => child.on('close', settle));
  clearInterval(timer);
  if (code !== 0) throw new Error(`process exited with code ${code}`);
  const { stages } = JSON.parse(out) as Pick<MonthRun, 'stages'>;
  return { seconds: (performance.now() - begun) / 1000, cpuSeconds, peakMb, stages };
}
