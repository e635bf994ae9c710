import fc from 'fast-check';
import { snappyUncompress } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { compress, maxCompressedBytes } from '../../../../src/sinks/lake/parquet/snappy.ts';

function compressed(bytes: Uint8Array): Uint8Array {
  const output = new Uint8Array(maxCompressedBytes(bytes.length));
  return output.subarray(0, compress(bytes, bytes.length, output));
}

/** What another's decompressor makes of it; it wants to be told the length, which the first bytes say. */
function back(bytes: Uint8Array): Uint8Array {
  let [length, at] = [0, 0];
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  const output = new Uint8Array(length);
  snappyUncompress(bytes, output);
  return output;
}

describe('bytes compressed by Snappy', () => {
  test('compressed bytes decompress to the original, whatever repeats in them', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat(300))
        .map(([part, times]) =>
          Uint8Array.from({ length: part.length * times }, (_, i) => part[i % part.length]!),
        ),
    );
    const bytes = fc.array(piece, { maxLength: 40 }).map((pieces) => new Uint8Array(Buffer.concat(pieces)));
    fc.assert(
      fc.property(bytes, (one) => {
        expect(Buffer.compare(back(compressed(one)), one)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test.each([1, 3, 70, 1000, 3000, 65_535, 70_000])(
    'repeats after %d bytes are compressed, also across blocks',
    (period) => {
      const once = Uint8Array.from({ length: period }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);
      const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => once[i % period]!);
      const small = compressed(bytes);
      expect(Buffer.compare(back(small), bytes)).toBe(0);
      if (period < 60_000) expect(small.length).toBeLessThan(200_000 / 3);
    },
  );

  test('bytes without repeats take hardly more space', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i * i + 7, 0x9e3779b1) >>> 13);
    const larger = compressed(bytes);
    expect(Buffer.compare(back(larger), bytes)).toBe(0);
    expect(larger.length).toBeLessThan(100_100);
  });
});
