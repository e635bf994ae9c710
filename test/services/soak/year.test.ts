import { once } from 'node:events';
import { expect, test } from 'vitest';
import { random } from '../../../src/core/util/random.ts';
import { DAY, MINUTE } from '../../../src/core/util/time.ts';
import { sandbox, succeed } from '../../e2e/cli.ts';
import { query } from '../../e2e/lake.ts';
import { candlesOfOneFile } from '../../e2e/one-file.ts';
import { startBinanceStub } from '../../stubs/binance.ts';
import { movedClock } from './live/moved-clock.ts';
import { gapsIn } from './live/topics.ts';
import { readTopic } from './topic.ts';

/** Speed-up of the clock of the exchange and the source. */
const TIMES = 20;
const KILLS_IN_HISTORY = 14;
const KILLS_LIVE = 6;
const CANDLES = `SELECT epoch_ms(window_start::TIMESTAMP) AS start, "window", open, high, low, close, volume, trades, bars, revision
  FROM t WHERE final ORDER BY "window", start`;

const { start, run, path } = sandbox();

test('a year of minutes by dumps, requests and the stream, killed twenty times on the way: candles of one file, no seam, no late', {
  timeout: 15 * 60_000,
}, async () => {
  const clock = movedClock(TIMES);
  const draw = random(Number(process.env.SOAK_SEED ?? 15), 'year');
  const stub = await startBinanceStub({ now: clock.now, tickEveryMs: 50 });
  try {
    const since = (Math.floor(clock.now() / DAY) - 365) * DAY;
    const produce = [
      ...[
        'produce',
        'prices',
        '--source',
        'binance',
        '--coin',
        'btc',
        '--since',
        new Date(since).toISOString(),
      ],
      ...['--binance-url', stub.url, '--binance-ws-url', stub.wsUrl, '--binance-dumps-url', stub.url],
    ];
    const lines = () => start(produce, clock.env());
    const kill = async ({ child }: ReturnType<typeof lines>): Promise<void> => {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    };
    for (let count = 0; count < KILLS_IN_HISTORY; count++) {
      const running = lines();
      // Some requests later: it starts, reads a file, writes one, or asks for the next.
      const requests = stub.requests.length + draw.between(1, 10);
      await expect.poll(() => stub.requests.length, { interval: 5 }).toBeGreaterThanOrEqual(requests);
      await kill(running);
    }
    expect(stub.open()).toBe(0);
    for (let count = 0; count < KILLS_LIVE; count++) {
      const running = lines();
      await expect.poll(() => stub.open()).toBe(1);
      await clock.sleep(draw.between(1000, 150_000));
      await kill(running);
      await expect.poll(() => stub.open()).toBe(0);
    }
    const last = lines();
    await expect.poll(() => stub.open()).toBe(1);
    await clock.sleep(3 * MINUTE);
    last.child.kill('SIGTERM');
    expect(await last.done).toMatchObject({ code: 0 });

    const windows = ['--window', '10m,1d', '--once', '--close'];
    await succeed(run(['process', 'candles', ...windows]));
    await succeed(run('sink file --topics bars-binance,candles --once --dir live'));
    const [bars] = await query(
      path('live/bars'),
      'SELECT count(*)::DOUBLE AS n, epoch_ms(max("end"::TIMESTAMP))::DOUBLE AS until FROM t',
    );
    const until = Number(bars!.until);
    expect(Number(bars!.n)).toBe((until - since) / MINUTE);
    expect(Number(bars!.n)).toBeGreaterThan(525_600);
    const found = await query(path('live/candles'), CANDLES);
    const market = stub.exchange.markets.get('BTCUSDT')!;
    const oneFile = await candlesOfOneFile(
      { run, path },
      { market, from: since, to: until, interval: MINUTE },
      windows,
      clock.env(),
    );
    expect(found).toEqual(await query(oneFile, CANDLES));
    expect(found.length).toBeGreaterThan(365 * 145);
    const bus = path('.cryptopipe');
    expect(await readTopic(bus, 'late')).toEqual([]);
    expect(await readTopic(bus, 'rejects')).toEqual([]);
    const gaps = await gapsIn(bus);
    expect(gaps.length).toBeGreaterThan(KILLS_LIVE / 2);
    expect(gaps.filter(({ backfilled }) => !backfilled)).toEqual([]);
    expect(stub.rest.mostWeight).toBeLessThan(0.8 * stub.rest.limit);

    // A dump is replaced: noticed by its checksum on the next day.
    const changed = since + 100 * DAY + 5 * MINUTE;
    const month = new Date(changed).toISOString().slice(0, 7);
    stub.dumps.replace(`BTCUSDT-1m-${month}.zip`, (row) => {
      const [at, open, high, ...rest] = row;
      return at === changed ? [at, open, String(Number(high) + 5), ...rest] : row;
    });
    clock.jump(DAY);
    const corrected = await run([...produce, '--once'], clock.env());
    expect(corrected).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        `BTCUSDT-1m-${month}.zip was replaced; 1 day of it changed and is written again`,
      ),
    });
    const highs = (await readTopic(bus, 'bars-binance'))
      .filter(({ value }) => value.start === new Date(changed).toISOString())
      .map(({ value }) => Number(value.high));
    expect(highs).toHaveLength(2);
    expect(highs[1]! - highs[0]!).toBeCloseTo(5, 6);
  } finally {
    await stub.close();
  }
});
