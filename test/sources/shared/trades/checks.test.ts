import { describe, expect, test } from 'vitest';
import { checkTrades, type ExchangeName, stage } from './harness.ts';

const setUp = async (name: ExchangeName, coins: readonly string[] = ['btc']) => {
  const around = await stage(name);
  const check = async () => {
    const checks = checkTrades(name, around.stub, around.desk, coins);
    let isOver = false;
    void checks.then(() => {
      isOver = true;
    });
    await around.until(() => isOver);
    return checks;
  };
  return { ...around, check };
};
const severities = (checks: readonly { severity: string }[]) => checks.map(({ severity }) => severity);

describe.each<ExchangeName>(['coinbase', 'kraken'])('doctor of %s', (name) => {
  test('reports reach, clock, market and stream', async () => {
    const { stub, symbols, check } = await setUp(name);
    stub.trade(symbols.btc);
    const checks = await check();
    expect(severities(checks)).toEqual(['ok', 'ok', 'ok', 'ok']);
    const trade = stub.tapes.get(symbols.btc)!.trades[0]!;
    expect(checks[2]).toMatchObject({
      what: `${name} btc/usd`,
      detail: expect.stringContaining(String(trade.price)),
    });
    expect(checks[3]).toMatchObject({ detail: 'the stream opens' });
  });

  test('a coin that the exchange does not trade is a warning with a hint', async () => {
    const { check } = await setUp(name, ['btc', 'foo']);
    expect((await check()).filter(({ severity }) => severity !== 'ok')).toMatchObject([
      {
        severity: 'warn',
        detail: `${name} does not trade foo; it is left out`,
        hint: expect.stringContaining('--coin'),
      },
    ]);
  });

  test('a clock that is wrong is a warning', async () => {
    const { stub, check } = await setUp(name);
    stub.dateOffsetMs = 60_000;
    expect((await check())[1]).toMatchObject({ severity: 'warn', what: `${name} clock` });
  });

  test('a region that is refused is named, with other exchanges', async () => {
    const { stub, check } = await setUp(name);
    stub.next({ kind: 'answer', status: 451, body: { message: 'restricted' } });
    stub.refusal = { status: 403 };
    const checks = await check();
    expect(severities(checks)).toEqual(['error', 'error']);
    for (const { detail, hint } of checks) {
      expect(detail).toContain('it refuses this address or region');
      expect(hint).toContain('--source binance');
    }
  });

  test('a service that does not answer is asked once', async () => {
    const { stub, check } = await setUp(name);
    stub.next({ kind: 'reset' });
    stub.refusal = { status: 503 };
    const checks = await check();
    expect(severities(checks)).toEqual(['error', 'error']);
    expect(checks[0]!.hint).toContain(`--${name}-url`);
    expect(stub.requests).toHaveLength(1);
  });
});
