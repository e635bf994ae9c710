import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type OhlcState, ohlc } from '../../../../src/core/stream/aggregations.ts';
import type { Window } from '../../../../src/core/stream/windows/window.ts';
import { WindowPacker } from '../../../../src/core/stream/windows/window-packer.ts';
import { MINUTE } from '../../../../src/core/util/time.ts';
import { windowsOf } from '../../../../src/core/util/window-length.ts';

const kinds = [windowsOf(MINUTE), windowsOf('1w'), windowsOf('1M', 'Europe/Madrid')];
const packer = new WindowPacker<OhlcState>(kinds, ohlc.start);

const windowOf = (kind: number, time: number, given: Partial<Window<OhlcState>> = {}): Window<OhlcState> => {
  const start = kinds[kind]!.startOf(time);
  return {
    kind: kinds[kind]!,
    start,
    end: kinds[kind]!.endOf(start),
    state: ohlc.start(),
    parts: undefined,
    revision: 0,
    isClosed: false,
    isPast: false,
    isEdge: false,
    dirty: false,
    isStored: true,
    ...given,
  };
};

test('what is packed is unpacked', () => {
  const number = fc.double({ noNaN: true });
  const fields = Object.keys(ohlc.start());
  const state = fc.record(Object.fromEntries(fields.map((name) => [name, number])));
  const flags = {
    isClosed: fc.boolean(),
    isPast: fc.boolean(),
    isStored: fc.boolean(),
    isEdge: fc.boolean(),
  };
  const window = fc.record({
    kind: fc.nat({ max: 2 }),
    time: fc.nat({ max: 2e9 }),
    revision: fc.nat(),
    state,
    ...flags,
  });
  fc.assert(
    fc.property(fc.array(window), (given) => {
      const windows = given.map(({ kind, time, ...rest }) =>
        windowOf(kind, time * 1000, rest as unknown as Partial<Window<OhlcState>>),
      );
      expect(packer.unpack(packer.pack(windows)!)).toEqual(windows);
    }),
  );
});

test('a packed window is four numbers, and one for each field of the state', () => {
  const window = windowOf(0, 120_000, { state: { ...ohlc.start(), open: 7 }, revision: 3 });
  const fields = Object.keys(window.state).length;
  const packed = packer.pack([window, window])!;
  expect(packed).toHaveLength(2 * (4 + fields));
  expect(packed.every((value) => typeof value === 'number')).toBe(true);
  expect(packed.slice(0, 3)).toEqual([0, 120_000, 3]);
});

test('a list stays as it is when others are packed', () => {
  const first = packer.pack([windowOf(0, 0)])!;
  const before = [...first];
  packer.pack([windowOf(1, 9e9, { state: { ...ohlc.start(), sum: 5 } })]);
  expect(first).toEqual(before);
  expect(packer.pack([])).toEqual([]);
});

test('windows with parts are not packed', () => {
  expect(packer.pack([windowOf(0, 0, { parts: { a: ohlc.start() } })])).toBeUndefined();
});
