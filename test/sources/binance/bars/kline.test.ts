import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EncodedText } from '../../../../src/core/stream/record.ts';
import { barWriter } from '../../../../src/sources/binance/bars/kline.ts';

const START = Date.UTC(2026, 2, 1);
const market = { base: 'btc', quote: 'usdt', symbol: 'BTCUSDT' };
const write = barWriter(market, 60_000, 'bars-binance');

/** A line among others. */
function lineOf(text: string): EncodedText {
  const buffer = Buffer.from(`12,3\n${text}45,6\n`) as unknown as EncodedText['buffer'];
  return { buffer, from: 5, end: 5 + Buffer.byteLength(text, 'latin1') };
}

function outcome(kline: Parameters<typeof write>[1]): unknown {
  try {
    return write(START, kline, true, '2026-03-01T00:02:00.000Z');
  } catch (error) {
    return String(error);
  }
}

const plain = fc
  .tuple(fc.integer({ min: 0, max: 99_999 }), fc.stringMatching(/^\d{0,9}$/))
  .map(([whole, decimals]) => (decimals === '' ? String(whole) : `${whole}.${decimals}`));
const odd = fc.oneof(
  fc.constantFrom('', '0', '00', '0.0', '-1', '1e3', '1.', '.5', '007', '0.0000001', '0.000001', ' 1', 'x'),
  fc.constantFrom('NaN', '1.5.2', '123456789012345', '1234567890123456', '12345678901234567', '0.00000000'),
  fc.double({ min: 0, noNaN: true }).map(String),
);
const cell = fc.oneof({ weight: 9, arbitrary: plain }, { weight: 1, arbitrary: odd });
const prices = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.uniqueArray(plain, { minLength: 4, maxLength: 4 }).map((four) => {
      const [low, open, close, high] = four.sort((a, b) => Number(a) - Number(b));
      return [open!, high!, low!, close!];
    }),
  },
  { weight: 1, arbitrary: fc.array(cell, { minLength: 4, maxLength: 4 }) },
);
const cells = fc
  .tuple(prices, cell, cell, cell, fc.array(cell, { maxLength: 3 }))
  .map(([four, volume, quoteVolume, trades, more]) => [
    String(START),
    ...four,
    volume,
    String(START + 59_999),
    quoteVolume,
    trades,
    ...more,
  ]);

test('the line of a kline gives the record, or the fault, that its cells give', () => {
  fc.assert(
    fc.property(cells, (row) => {
      expect(outcome(lineOf(row.join(',')))).toEqual(outcome(row));
    }),
    { numRuns: 3000 },
  );
});

test('a line that ends early has the fault of its cells', () => {
  const row = [String(START), '2.50', '3', '1', '2', '10', String(START + 59_999), '25', '7'];
  for (let length = 1; length <= row.length; length++) {
    const shorter = row.slice(0, length);
    expect(outcome(lineOf(shorter.join(',')))).toEqual(outcome(shorter));
  }
});

test('numbers keep their digits, without zeros at the end', () => {
  const line = `${START},60000.10000000,60009.99000000,59990.00000000,60000.3,0.00000000,${START + 59_999},740751.23456780,12`;
  const record = write(START, lineOf(line), true, '2026-03-01T00:02:00.000Z');
  expect(record.value).toBe(
    '{"source":"binance","base":"btc","quote":"usdt","open":60000.1,"high":60009.99,"low":59990,"close":60000.3,' +
      '"volume":0,"quote_volume":740751.2345678,"trades":12,"start":"2026-03-01T00:00:00.000Z",' +
      '"end":"2026-03-01T00:01:00.000Z","final":true,"received_at":"2026-03-01T00:02:00.000Z"}',
  );
});
