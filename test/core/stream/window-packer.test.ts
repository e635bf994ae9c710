import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type OhlcState, ohlc } from '../../../src/core/stream/aggregations.ts';
import { WindowPacker } from '../../../src/core/stream/window-packer.ts';

const packer = new WindowPacker<OhlcState>(ohlc.start);

test('packing and unpacking are inverse', () => {
  const number = fc.double({ noNaN: true });
  const fields = Object.keys(ohlc.start());
  const state = fc.record(Object.fromEntries(fields.map((name) => [name, number])));
  const window = fc.record({ size: fc.nat(), start: number, state });
  fc.assert(
    fc.property(fc.array(window), (given) => {
      const windows = given as unknown as { size: number; start: number; state: OhlcState }[];
      expect(packer.unpack(packer.pack(windows))).toEqual(
        windows.map((one) => ({ ...one, dirty: false, stored: true })),
      );
    }),
  );
});

test('a packed window is its size, its start and one number for each field of the state', () => {
  const window = { size: 60_000, start: 120_000, state: { ...ohlc.start(), open: 7 } };
  const fields = Object.keys(window.state).length;
  const packed = packer.pack([window, window]);
  expect(packed).toHaveLength(2 * (2 + fields));
  expect(packed.every((value) => typeof value === 'number')).toBe(true);
  expect(packed.slice(0, 2)).toEqual([60_000, 120_000]);
});

test('a list stays as it is when others are packed', () => {
  const first = packer.pack([{ size: 1, start: 2, state: ohlc.start() }]);
  const before = [...first];
  packer.pack([{ size: 3, start: 4, state: { ...ohlc.start(), sum: 5 } }]);
  expect(first).toEqual(before);
  expect(packer.pack([])).toEqual([]);
});
