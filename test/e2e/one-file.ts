import { writeFileSync } from 'node:fs';
import { klineRow, type StubMarket } from '../stubs/binance/klines.ts';
import { type sandbox, succeed } from './cli.ts';

/**
 * Imports the bars of a market as one file, and computes their candles; the path of their table. `windows`: flags of the
 * processor. `env`: of the clock by which the bars are over.
 */
export async function candlesOfOneFile(
  { run, path }: Pick<ReturnType<typeof sandbox>, 'run' | 'path'>,
  { market, from, to, interval }: { market: StubMarket; from: number; to: number; interval: number },
  windows: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const rows: string[] = [];
  for (let at = from; at < to; at += interval) rows.push(klineRow(market, at, interval).join(','));
  writeFileSync(path('bars.csv'), `${rows.join('\n')}\n`);
  const bus = ['--bus', 'local:other'];
  const file = ['--source', 'file', '--file', 'bars.csv', '--base', 'btc', '--quote', 'usdt'];
  await succeed(run(['produce', 'prices', ...file, ...bus], env));
  await succeed(run(['process', 'candles', ...windows, ...bus]));
  await succeed(run(['sink', 'file', '--topics', 'candles', '--once', '--dir', 'file', ...bus]));
  return path('file/candles');
}
