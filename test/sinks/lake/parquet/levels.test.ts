import { describe, expect, test } from 'vitest';
import { encodeLevels } from '../../../../src/sinks/lake/parquet/levels.ts';

const hex = (levels: readonly number[], most: number): string =>
  Buffer.from(encodeLevels(levels, most)).toString('hex');

describe('levels', () => {
  test('equal levels are one run', () => {
    expect(hex([1, 1, 1], 1)).toBe('020000000601');
    expect(hex(new Array(100).fill(0), 3)).toBe('03000000c80100');
  });

  test('mixed levels are bit-packed from the lowest bit, in groups of eight', () => {
    expect(hex([1, 0, 1, 1], 1)).toBe('02000000030d');
    expect(hex([0, 1, 2, 3, 0, 1, 2, 3, 3], 3)).toBe('0500000005e4e40300');
  });

  test('three-bit levels cross byte boundaries', () => {
    // The example of Parquet's specification.
    expect(hex([0, 1, 2, 3, 4, 5, 6, 7], 7)).toBe('040000000388c6fa');
  });
});
