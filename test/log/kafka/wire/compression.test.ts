import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { compress, compressionCode, decompress } from '../../../../src/log/kafka/wire/compression.ts';

const CODES = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
const nodeHasZstd = 'zstdCompress' in zlib;

test("compression codes match Kafka's batch attributes", () => {
  for (const [name, code] of Object.entries(CODES))
    expect(compressionCode(name as keyof typeof CODES)).toBe(code);
});

describe.each(Object.entries(CODES).filter(([name]) => name !== 'zstd' || nodeHasZstd))(
  '%s',
  (name, code) => {
    test.each([
      ['nothing', Buffer.alloc(0)],
      ['a few bytes', Buffer.from('{"coin":"btc"}')],
      ['a megabyte of text', Buffer.from('{"coin":"btc","price":1234.5}\n'.repeat(40_000))],
      ['bytes that do not shrink', randomBytes(300_000)],
    ])('round-trips %s', async (_, bytes) => {
      const compressed = await compress(code, bytes);
      expect((await decompress(code, compressed)).equals(bytes)).toBe(true);
    });

    test.runIf(name !== 'none')('rejects invalid bytes', async () => {
      for (const size of [7, 5000])
        await expect(decompress(code, Buffer.alloc(size, 0xfe))).rejects.toThrow();
    });
  },
);

test('snappy-java framing is decoded', async () => {
  const parts = ['a'.repeat(40_000), 'b'.repeat(100)];
  const blocks = await Promise.all(parts.map((part) => compress(CODES.snappy, Buffer.from(part))));
  const framed = blocks.flatMap((block) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(block.length);
    return [size, block];
  });
  const head = Buffer.from('82534e415050590000000001000000 01'.replace(' ', ''), 'hex');
  const read = await decompress(CODES.snappy, Buffer.concat([head, ...framed]));
  expect(read.toString()).toBe(parts.join(''));
});

test('an unknown compression code is a UserError', async () => {
  await expect(decompress(7, Buffer.alloc(1))).rejects.toThrow(
    expect.objectContaining({ code: 'failed', message: expect.stringContaining('code 7') }),
  );
});

test.skipIf(nodeHasZstd)(
  'zstd on an older Node.js is a UserError that names the required version',
  async () => {
    for (const work of [compress, decompress])
      await expect(work(CODES.zstd, Buffer.alloc(1))).rejects.toThrow(
        expect.objectContaining({ code: 'failed', hint: expect.stringContaining('22.15') }),
      );
  },
);

test('lz4 without its native addon is a UserError', async () => {
  vi.doMock('lz4-napi', () => {
    throw new Error('Cannot find native binding');
  });
  vi.resetModules();
  const fresh = await import('../../../../src/log/kafka/wire/compression.ts');
  await expect(fresh.compress(CODES.lz4, Buffer.alloc(1))).rejects.toThrow(
    expect.objectContaining({
      message: expect.stringContaining('cannot load lz4'),
      hint: expect.any(String),
    }),
  );
  vi.doUnmock('lz4-napi');
});
