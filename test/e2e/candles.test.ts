import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandbox, succeed } from './cli.ts';
import { query } from './lake.ts';

const EXTRACT = resolve('examples/data');
const MONTH = resolve('../shared/data/prices');
const MINUTE = 60_000;

type Row = readonly [start: number, open: number, high: number, low: number, close: number];

const rowsOf = (file: string): Row[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(
      ([time, ...numbers]) =>
        [Date.parse(time!.replace(' ', 'T')), ...numbers.slice(0, 4).map(Number)] as unknown as Row,
    );

/** The rows whose every minute is in the one-minute file. */
function whole(rows: readonly Row[], minutes: readonly Row[], size: number): Row[] {
  const starts = new Set(minutes.map(([start]) => start));
  return rows.filter(([start]) =>
    Array.from({ length: size }, (_, i) => start + i * MINUTE).every((at) => starts.has(at)),
  );
}

function pairs(rows: readonly Row[]): Row[] {
  const byStart = new Map(rows.map((row) => [row[0], row]));
  return rows.flatMap((first) => {
    const second = byStart.get(first[0] + 5 * MINUTE);
    if (first[0] % (10 * MINUTE) !== 0 || second === undefined) return [];
    return [
      [first[0], first[1], Math.max(first[2], second[2]), Math.min(first[3], second[3]), second[4]] as const,
    ];
  });
}

/** Candles of the lake by start, as [start, open, high, low, close]. */
async function candlesIn(lake: string, window: string, coin = 'btc'): Promise<Map<number, Row>> {
  const rows = await query(
    `${lake}/candles`,
    `SELECT epoch_ms(window_start::TIMESTAMP) AS start, open, high, low, close FROM t WHERE "window" = '${window}' AND coin = '${coin}' AND final`,
  );
  const found = rows.map(
    (row) => ['start', 'open', 'high', 'low', 'close'].map((name) => Number(row[name])) as unknown as Row,
  );
  expect(new Set(found.map(([start]) => start)).size).toBe(found.length);
  return new Map(found.map((row) => [row[0], row]));
}

async function expectExchangeRows(
  lake: string,
  folder: string,
  file: (interval: string) => string,
  coin?: string,
): Promise<void> {
  const minutes = rowsOf(`${folder}/${file('1m')}`);
  const [five, fifteen] = [rowsOf(`${folder}/${file('5m')}`), rowsOf(`${folder}/${file('15m')}`)];
  for (const [window, rows] of [
    ['5m', whole(five, minutes, 5)],
    ['10m', pairs(whole(five, minutes, 5))],
    ['15m', whole(fifteen, minutes, 15)],
  ] as const) {
    const found = await candlesIn(lake, window, coin);
    // The last windows wait for a later time of this coin: the file's own end cannot know that it is one.
    const closed = rows.filter(([start]) => start < minutes.at(-1)![0] - 20 * MINUTE);
    expect(closed.length).toBeGreaterThan(100);
    expect(closed.map(([start]) => found.get(start))).toEqual(closed);
  }
}

describe('candles from real prices equal those of the exchange', () => {
  const { run, path } = sandbox();
  const one = (interval: string) => `btcusdt-${interval}.csv`;
  const other = (interval: string) => `bybit-linear-BTCUSDT-${interval}.csv`;

  const pipeline = async (file: string, env: Record<string, string> = {}) => {
    await succeed(
      run(['produce', 'prices', '--source', 'file', '--file', file, '--base', 'btc', '--quote', 'usdt'], env),
    );
    await succeed(run('process --window 5m,10m,15m --once', env));
    await succeed(run('sink file --dir lake --once', env));
  };

  test('candles over two days of the extract equal the rows of the exchange', async () => {
    await pipeline(`${EXTRACT}/${one('1m')}`);
    await expectExchangeRows(path('lake'), EXTRACT, one);
  });

  test.runIf(existsSync(MONTH))('the month in shared/data', async () => {
    await pipeline(`${MONTH}/${other('1m')}`);
    await expectExchangeRows(path('lake'), MONTH, other);
  });

  test('candles are the same bytes in any time zone', async () => {
    const texts = [];
    for (const TZ of ['UTC', 'Asia/Tehran', 'America/New_York']) {
      const bus = ['--bus', `local:${TZ.replace('/', '-')}`];
      await succeed(
        run(
          [
            'produce',
            'prices',
            '--source',
            'file',
            '--file',
            `${EXTRACT}/${one('1m')}`,
            '--base',
            'btc',
            '--quote',
            'usdt',
            ...bus,
          ],
          { TZ },
        ),
      );
      await succeed(run(['process', '--window', '10m', '--once', ...bus], { TZ }));
      const tail = await succeed(
        run(['topics', 'tail', 'candles', '--from', 'start', '--limit', '9999', '--json', ...bus], { TZ }),
      );
      texts.push(tail.replaceAll(/"timestamp":("[^"]*"|\d+)/g, ''));
    }
    expect(texts[0]!.length).toBeGreaterThan(10_000);
    expect(new Set(texts).size).toBe(1);
  });

  test('two coins are imported one after the other: a backfill of one makes no record of the other late', async () => {
    for (const coin of ['btc', 'eth']) {
      await succeed(
        run([
          'produce',
          'prices',
          '--source',
          'file',
          '--file',
          `${EXTRACT}/${one('1m')}`,
          '--base',
          coin,
          '--quote',
          'usdt',
          '--again',
        ]),
      );
      const summary = JSON.parse(await succeed(run('process --window 5m,10m,15m --once'))) as {
        late: number;
      };
      expect(summary.late).toBe(0);
    }
    await succeed(run('sink file --dir lake --once'));
    for (const coin of ['btc', 'eth']) await expectExchangeRows(path('lake'), EXTRACT, one, coin);
  });
});
