import { inflateRawSync } from 'node:zlib';
import { workerThreads } from '../../../src/cli/process/worker-threads.ts';
import { DAY, HOUR, MINUTE } from '../../../src/core/util/time.ts';
import { openLocalLog } from '../../../src/log/local/open.ts';
import { candles } from '../../../src/processors/candles.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { binance } from '../../../src/sources/binance/binance.ts';
import { type BinanceStub, startBinanceStub } from '../../stubs/binance.ts';
import { defaults, processing } from '../kit.ts';
import { type Measured, measure } from '../measure.ts';
import { reading } from './context.ts';

const UNTIL = Date.UTC(2026, 0, 1);
/** By then the files of all months are there. */
const NOW = UNTIL + 8 * HOUR;

/** A server whose files of the last `count` minutes of 2025, by months, were made before measuring, and those files. */
async function yearOfDumps(count: number): Promise<{ stub: BinanceStub; since: number; zips: Buffer[] }> {
  const stub = await startBinanceStub({ now: () => NOW });
  const since = Math.floor((UNTIL - count * MINUTE) / DAY) * DAY;
  const zips: Buffer[] = [];
  const first = new Date(since);
  for (let month = first.getUTCMonth(); month < 12; month++) {
    const name = `BTCUSDT-1m-${first.getUTCFullYear()}-${String(month + 1).padStart(2, '0')}.zip`;
    const answer = await fetch(`${stub.url}/data/spot/monthly/klines/BTCUSDT/1m/${name}`);
    zips.push(Buffer.from(await answer.arrayBuffer()));
  }
  return { stub, since, zips };
}

/** The text of a zip of one file, as the stub makes it. */
function unzip(zip: Buffer): string {
  const [nameLength, size] = [zip.readUInt16LE(26), zip.readUInt32LE(18)];
  return inflateRawSync(zip.subarray(30 + nameLength, 30 + nameLength + size)).toString('latin1');
}

/** Reads the year and, with it, makes its candles, as `run --once` does. */
async function produce(dir: string, count: number, alsoCandles: boolean): Promise<Measured> {
  const { stub, since } = await yearOfDumps(count);
  const log = await openLocalLog(dir, systemClock);
  const urls = { binanceUrl: stub.url, binanceWsUrl: stub.wsUrl, binanceDumpsUrl: stub.url };
  const settings = defaults(binance.options, { coins: ['btc'], since, ...urls });
  const clock = { ...systemClock, now: () => NOW };
  const stage = reading(log, binance, settings, { once: true, clock });
  const following = processing(log, candles, { workers: workerThreads({}), inTurn: false });
  const stages = alsoCandles ? [stage, following] : [stage];
  const measured = await measure('', async () => {
    for (const one of stages) await one.start();
    for (const one of stages) await one.finish('clock');
    return stage.stats.in;
  });
  await stub.close();
  await log.close();
  return measured;
}

/** A year of bars of one minute from Binance's files; `count` bars, at most a year's. */
export const BINANCE_STAGES: Record<string, (dir: string, count: number) => Promise<Measured>> = {
  'binance: unzip, split and Number alone': async (_, count) => {
    const { stub, zips } = await yearOfDumps(count);
    await stub.close();
    return measure('', () => {
      let rows = 0;
      for (const zip of zips)
        for (const line of unzip(zip).split('\n')) if (line.split(',').map(Number).length > 1) rows++;
      return rows;
    });
  },
  'binance: dumps to topic': (dir, count) => produce(dir, count, false),
  'binance: dumps to candles': (dir, count) => produce(dir, count, true),
};
