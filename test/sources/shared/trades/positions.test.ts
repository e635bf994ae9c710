import { expect, test } from 'vitest';
import { formatPositions, parsePositions } from '../../../../src/sources/shared/trades/positions.ts';

const NOW = Date.UTC(2026, 2, 2, 10, 15, 30, 123);

test('positions survive their text', () => {
  const positions = new Map([
    ['BTC-USD', { id: 912_345_678, time: NOW, seen: NOW + 1 }],
    ['BTC/EUR', { id: 0, time: 0, seen: NOW }],
  ]);
  expect(parsePositions(formatPositions(positions))).toEqual(positions);
});

test.each([undefined, '', 'null', '[]', '{"a":1}', '{"a":["1","x","y"]}', '{"a":[1,"2026-03-02",null]}'])(
  'a stored text without a position counts as none: %s',
  (text) => expect(parsePositions(text)).toEqual(new Map()),
);
