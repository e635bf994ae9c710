import { appendFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { random } from '../../src/core/util/random.ts';
import { sandbox, succeed } from './cli.ts';
import { query } from './lake.ts';

const ROUNDS = 50;
const TICKS = 4000;
const COINS = ['btc', 'eth', 'sol', 'xrp'];
const START = Date.parse('2026-03-02T00:00:00Z');

/** One round's quotes as JSON lines: four coins, up to two seconds out of order. */
function quotes(cycle: number): string {
  const draw = random(cycle, 'kill');
  let lines = '';
  for (let i = 0; i < TICKS; i++) {
    const time = START + (cycle * TICKS + i) * 100 - draw.below(2000);
    const coin = COINS[draw.below(COINS.length)]!;
    const price = (100 + draw.normal()).toFixed(4);
    lines += `{"source":"file","base":"${coin}","quote":"usdt","price":${price},"last_updated":"${new Date(time).toISOString()}"}\n`;
  }
  return lines;
}

test('kill -9 of process and sink at fifty random moments: candles and lake rows equal an undisturbed run', {
  timeout: 10 * 60_000,
}, async () => {
  const draw = random(1, 'moments');
  const bus = (name: string) => ['--bus', `local:${name}`];
  const produce = (name: string) =>
    run(['produce', 'prices', '--source', 'file', '--file', path('quotes.jsonl'), ...bus(name)]);
  const process = (name: string) => [
    'process',
    'join',
    'candles',
    '--window',
    '5s,1m',
    '--lateness',
    '3s',
    ...bus(name),
  ];
  const sink = (name: string) => [
    'sink',
    'file',
    '--dir',
    `${name}-lake`,
    '--topics',
    'prices,candles',
    ...bus(name),
  ];
  let killed = 0;

  for (let cycle = 0; cycle < ROUNDS; cycle++) {
    appendFileSync(path('quotes.jsonl'), quotes(cycle));
    await succeed(produce('disturbed'));
    const running = [
      start([...process('disturbed'), '--commit-every', '10ms']),
      start([...sink('disturbed'), '--every', '100ms']),
    ];
    await new Promise((resolve) => setTimeout(resolve, 100 + draw.below(350)));
    for (const { child } of running) child.kill('SIGKILL');
    for (const { code } of await Promise.all(running.map(({ done }) => done)))
      killed += code === null ? 1 : 0;
  }
  expect(killed).toBe(2 * ROUNDS);

  await succeed(produce('calm'));
  for (const name of ['disturbed', 'calm']) {
    await succeed(run([...process(name), '--once', '--close']));
    await succeed(run([...sink(name), '--once']));
  }
  const orders = { prices: 'coin, time, price', candles: 'coin, "window", window_start, revision' };
  for (const [table, order] of Object.entries(orders)) {
    const [disturbed, calm] = await Promise.all(
      ['disturbed', 'calm'].map((name) =>
        query(path(`${name}-lake`, table), `SELECT * FROM t ORDER BY ${order}`),
      ),
    );
    expect(calm!.length).toBeGreaterThan(5000);
    expect(disturbed).toEqual(calm);
  }
  const names = readdirSync(path('disturbed-lake'), { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  const rows = await query(path('disturbed-lake', 'prices'), 'SELECT count(*)::INT AS n FROM t');
  expect(rows).toEqual([{ n: ROUNDS * TICKS }]);
});

const { run, start, path } = sandbox();
