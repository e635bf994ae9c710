import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DamagedBatch, rawBatches } from '../../../../src/log/kafka/wire/raw-batch.ts';
import { batchAt, edited, emptied, marker, text } from './batches.ts';

const three = [
  batchAt(10, [text('a'), text('b')]),
  marker(12, 5n, 'commit'),
  batchAt(13, [text('c')], { producerId: 5n, transactional: true }),
];
const set = Buffer.concat(three);
const ends = three.map((_, i) => Buffer.concat(three.slice(0, i + 1)).length);

describe('record set', () => {
  test('a truncated record set loses only the truncated batch', () => {
    fc.assert(
      fc.property(fc.nat(set.length), (length) => {
        const whole = ends.filter((end) => end <= length).length;
        const batches = rawBatches(set.subarray(0, length));
        expect(batches.map(({ nextOffset }) => nextOffset)).toEqual([12, 13, 14].slice(0, whole));
      }),
    );
  });

  test("each batch's fields are parsed", () => {
    expect(rawBatches(set)).toMatchObject([
      { baseOffset: 10, count: 2, control: false, transactional: false, producerId: -1n },
      { baseOffset: 12, count: 1, control: true, transactional: true, producerId: 5n },
      { baseOffset: 13, count: 1, control: false, transactional: true, producerId: 5n, compression: 0 },
    ]);
  });

  test('an emptied batch keeps its last offset', () => {
    const batch = emptied(batchAt(10, [text('a'), text('b'), text('c')]));
    expect(rawBatches(batch)).toMatchObject([{ baseOffset: 10, nextOffset: 13, count: 0 }]);
  });
});

describe('damaged batch', () => {
  test('any flipped checksummed bit is detected', () => {
    const batch = three[0]!;
    fc.assert(
      fc.property(fc.integer({ min: 17, max: batch.length - 1 }), fc.nat(7), (at, bit) => {
        const flipped = Buffer.from(batch);
        flipped[at]! ^= 1 << bit;
        expect(() => rawBatches(flipped)).toThrow(/offset 10 is damaged: its checksum is wrong/);
      }),
    );
  });

  test('a damaged batch after a whole one ends the set, and the next fetch starts at it', () => {
    const [first, second] = [three[0]!, Buffer.from(three[1]!)];
    second[second.length - 1]! ^= 1;
    expect(rawBatches(Buffer.concat([first, second]))).toEqual(rawBatches(first));
  });

  test('the error names the last offset to skip', () => {
    const batch = Buffer.from(batchAt(10, [text('a'), text('b'), text('c')]));
    batch[batch.length - 1]! ^= 1;
    const damage = (): unknown => {
      try {
        return rawBatches(batch);
      } catch (error) {
        return (error as DamagedBatch).at('t', 3);
      }
    };
    expect(damage()).toMatchObject({
      code: 'damaged',
      message: 'the record batch at offset 10 of t/3 is damaged: its checksum is wrong',
      hint: expect.stringContaining('--skip 12 --partition 3 --yes'),
    });
  });

  test.each([[0], [-100], [48]])('a batch length of %i is rejected', (length) => {
    const batch = edited(Buffer.from(three[0]!), (bytes) => bytes.writeInt32BE(length, 8));
    expect(() => rawBatches(batch)).toThrow(/offset 10 is damaged/);
  });
});

test.each([[0], [1]])('message format %i of old brokers is a UserError with a hint', (magic) => {
  const batch = Buffer.from(three[0]!);
  batch[16] = magic;
  expect(() => rawBatches(batch)).toThrow(
    expect.objectContaining({ code: 'failed', hint: expect.stringContaining('Copy them') }),
  );
});
