import { expect, test } from 'vitest';
import { type Random, random } from '../../../../src/core/util/random.ts';
import { type ExchangeName, idRange, stage, type TradeRun } from './harness.ts';

const EXCHANGES: readonly ExchangeName[] = ['coinbase', 'kraken'];
const SEEDS = [1, 2, 117];
const STEPS = 60;
/** Trades that are read later than this after they happened were missed at first. */
const LIVE_MS = 2500;

type Stage = Awaited<ReturnType<typeof stage>>;

const REST_FAULTS = [
  { kind: 'reset' },
  { kind: 'html', status: 502 },
  { kind: 'cut' },
  { kind: 'half' },
  { kind: 'answer', status: 429, body: { message: 'Public rate limit exceeded' } },
  { kind: 'answer', status: 200, body: { error: ['EService:Busy'] } },
] as const;

/** One thing that goes wrong, or a while in which nothing does. */
async function fault(name: ExchangeName, around: Stage, draw: Random): Promise<'kill' | 'stop' | undefined> {
  const { stub, turner, symbols, pass } = around;
  const symbol = draw.pick([symbols.btc, symbols.eth]);
  switch (draw.below(12)) {
    case 0:
      stub.cut();
      break;
    case 1:
      stub.cut(1001, 'going away');
      break;
    case 2:
      stub.trade(symbol, 1 + draw.below(name === 'coinbase' ? 1500 : 300), true);
      break;
    case 3:
      stub.repeat(symbol, 1 + draw.below(20));
      break;
    case 4:
      stub.next(draw.pick(REST_FAULTS), 1 + draw.below(3));
      break;
    case 5:
      stub.lag = draw.below(4);
      break;
    case 6:
      turner.beats = !turner.beats;
      break;
    case 7:
      stub.refusal = draw.chance(0.5) ? { status: 503 } : undefined;
      break;
    case 8:
      stub.say(name === 'coinbase' ? { type: 'error', message: 'ErrSlowConsume' } : '{"method":"pong"}');
      break;
    case 9:
      return 'kill';
    case 10:
      return 'stop';
    default:
      await pass(draw.below(8000));
  }
  return undefined;
}

const cases = EXCHANGES.flatMap((name) => SEEDS.map((seed) => [name, seed] as const));

test.each(cases)(
  '%s, seed %d: whatever breaks off, each trade is written once, in order, and what was missed is in a gap',
  async (name, seed) => {
    const draw = random(seed, `trades of ${name}`);
    const around = await stage(name);
    const { stub, desk, turner, symbols, until, pass, subscribed, clock } = around;
    const start = (): TradeRun =>
      around.run({ coins: ['btc', 'eth'] }, draw.chance(0.3) ? 1 + draw.below(6) : undefined);
    let run = around.run({ coins: ['btc', 'eth'] });
    await subscribed();
    for (const symbol of [symbols.btc, symbols.eth]) stub.trade(symbol);
    await until(() => desk.written(name) === 2);

    for (let step = 0; step < STEPS; step++) {
      for (const symbol of [symbols.btc, symbols.eth]) stub.trade(symbol, draw.below(4));
      const ending = await fault(name, around, draw);
      if (ending === 'kill') run.kill();
      if (ending === 'stop') await run.stop();
      if (ending !== undefined && draw.chance(0.5)) await clock.turn(draw.below(600_000));
      if (ending !== undefined || run.isOver()) run = start();
      await pass(draw.below(1500));
    }
    stub.lag = 0;
    stub.refusal = undefined;
    turner.beats = true;
    run.kill();
    run = around.run({ coins: ['btc', 'eth'] });
    await subscribed();
    for (const symbol of [symbols.btc, symbols.eth]) stub.trade(symbol);
    const tapes = { btc: stub.tapes.get(symbols.btc)!, eth: stub.tapes.get(symbols.eth)! };
    const total = tapes.btc.trades.length + tapes.eth.trades.length;
    await until(() => desk.written(name) >= total, 3_600_000);
    await pass(3000);

    for (const [base, tape] of Object.entries(tapes)) {
      expect(desk.ids(name, base)).toEqual(idRange(1000, tape.lastId));
      const written = desk.values(`prices-${name}`).filter((value) => value.base === base);
      expect(written.map(({ price, size, side }) => [price, size, side])).toEqual(
        tape.trades.map(({ price, size, side }) => [price, size, side]),
      );
    }
    const gaps = desk.gaps().map(({ from, to }) => [Date.parse(String(from)), Date.parse(String(to))]);
    const unmarked = desk.values(`prices-${name}`).filter(({ last_updated, received_at }) => {
      const [at, read] = [Date.parse(String(last_updated)), Date.parse(String(received_at))];
      return read - at > LIVE_MS && !gaps.some(([from, to]) => at >= from! - 1 && at <= to! + LIVE_MS);
    });
    expect(unmarked).toEqual([]);
    expect(desk.gaps().filter(({ backfilled }) => backfilled !== true)).toEqual([]);
    expect(desk.values('rejects')).toEqual([]);
  },
);
