import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gunzipped } from '../../../../src/sources/file/bytes/gzip.ts';

/** What a stream gives, cut into pieces of this size, and the code of the fault that it ends with. */
async function unpack(packed: Uint8Array, size = 100_000) {
  const pieces: Buffer[] = [];
  for (let at = 0; at < packed.length; at += size) pieces.push(Buffer.from(packed.subarray(at, at + size)));
  let text = '';
  try {
    for await (const chunk of gunzipped(Readable.from(pieces))) text += chunk;
    return { text, fault: undefined };
  } catch (error) {
    return { text, fault: (error as { code: string }).code };
  }
}

/** A member whose header has every optional field: extra, name, comment and a checksum of its own. */
function decorated(text: string): Buffer {
  const plain = gzipSync(text);
  const header = Buffer.from(plain.subarray(0, 10));
  header[3] = 2 | 4 | 8 | 16;
  return Buffer.concat([
    header,
    Buffer.from([3, 0, 1, 2, 3]),
    Buffer.from('posts.jsonl\0of June\0'),
    Buffer.from([9, 9]),
    plain.subarray(10),
  ]);
}

test('members with padding between them, cut anywhere into pieces, give their texts one after the other', async () => {
  const members = fc.array(
    fc.record({
      text: fc.string({ maxLength: 200 }),
      zeros: fc.integer({ min: 0, max: 20 }),
      isDecorated: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(members, fc.integer({ min: 1, max: 60 }), async (parts, size) => {
      const packed = parts.flatMap(({ text, zeros, isDecorated }) => [
        isDecorated ? decorated(text) : gzipSync(text),
        Buffer.alloc(zeros),
      ]);
      expect(await unpack(Buffer.concat(packed), size)).toEqual({
        text: parts.map(({ text }) => text).join(''),
        fault: undefined,
      });
    }),
    { numRuns: 150, seed: 12 },
  );
});

test('all of a stream is given before the bytes that follow it are named', async () => {
  for (const rest of ['x', 'one more line\n', '\0\0plain\n', '\u001f', '\u001f?'])
    for (const size of [1, 7, 100_000])
      expect(await unpack(Buffer.concat([gzipSync('one\ntwo\n'), Buffer.from(rest)]), size)).toEqual({
        text: 'one\ntwo\n',
        fault: 'Z_TRAILING_BYTES',
      });
});

test('a stream that is cut at any byte gives the beginning of its text, then a fault', async () => {
  const text = Array.from({ length: 300 }, (_, index) => `${index * 7919}\n`).join('');
  const packed = gzipSync(text);
  for (let cut = 2; cut < packed.length; cut++) {
    const got = await unpack(packed.subarray(0, cut));
    expect(got.fault).toBe('Z_BUF_ERROR');
    expect(text.startsWith(got.text)).toBe(true);
  }
});

test('a stream with a changed byte ends with a fault, or the byte has no meaning and the text is whole', async () => {
  const text = 'a line of text\n'.repeat(50);
  const packed = gzipSync(text);
  const whole: number[] = [];
  for (let at = 10; at < packed.length; at++) {
    const bytes = Buffer.from(packed);
    bytes[at]! ^= 0x10;
    const got = await unpack(bytes);
    if (got.text === text && got.fault === undefined) whole.push(at);
    else expect(got.fault, `byte ${at}`).toMatch(/^Z_(DATA|BUF)_ERROR$/);
  }
  // The bits that fill the last byte of the data.
  expect(whole).toEqual([packed.length - 9]);
});
