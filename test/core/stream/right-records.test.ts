import { describe, expect, test } from 'vitest';
import { RightRecords } from '../../../src/core/stream/right-records.ts';

const TOLERANCE = 30;

/** Right records, each of which arrived when the pair's watermark was `watermark`. */
function rightsAt(...records: readonly (readonly [series: string, time: number, watermark?: number])[]) {
  const rights = new RightRecords<string>(TOLERANCE, new Map());
  for (const [series, time, watermark = 0] of records) {
    rights.meet('usdt/tmn', series);
    rights.buffer.add(series, { time, mark: watermark, item: `${series}@${time}` });
  }
  return rights;
}

const left = { time: 100, item: 'left' };
const items = (matches: readonly { readonly right: string }[]) => matches.map(({ right }) => right);

describe('right records', () => {
  const two = [
    ['a', 70],
    ['a', 108],
    ['b', 95],
    ['b', 130],
    ['b', 131],
  ] as const;

  test('a left record matches those of all series of the pair within the tolerance', () => {
    expect(items(rightsAt(...two).matches(left, 'usdt/tmn'))).toEqual(['a@108', 'b@95', 'b@130']);
    expect(rightsAt(...two).matches(left, 'usdt/eur')).toEqual([]);
  });

  test('the nearest is the closest of any series, the earlier one on a tie', () => {
    expect(items(rightsAt(...two).nearest(left, 'usdt/tmn', 1))).toEqual(['b@95']);
    const tie = rightsAt(['a', 105], ['b', 95]);
    expect(items(tie.nearest(left, 'usdt/tmn', 1))).toEqual(['b@95']);
  });

  test('a right record that arrived when the decision was due is not the nearest', () => {
    const late = rightsAt(['a', 100, 130], ['a', 90, 129]);
    expect(items(late.nearest(left, 'usdt/tmn', 130))).toEqual(['a@90']);
    expect(late.nearest(left, 'usdt/tmn', 129)).toEqual([]);
  });
});
