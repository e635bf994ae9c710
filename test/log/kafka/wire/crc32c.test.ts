import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32c } from '../../../../src/log/kafka/wire/crc32c.ts';
import { checksum } from './kafkajs.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test.each([
  ['nothing', [], 0],
  ['32 zeros', new Array(32).fill(0), 0x8a9136aa],
  ['32 ones', new Array(32).fill(0xff), 0x62a8ab43],
  ['32 numbers up', upTo(32), 0x46dd794e],
  ['32 numbers down', upTo(32).reverse(), 0x113fdb5c],
  ['nine digits', [...Buffer.from('123456789')], 0xe3069283],
])('RFC 3720: %s', (_, bytes: number[], expected) => {
  expect(crc32c(Buffer.from(bytes))).toBe(expected);
});

test("the checksum equals kafkajs's for any range and alignment", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(20), fc.nat(20), (bytes, before, after) => {
      const whole = Buffer.concat([Buffer.alloc(before, 7), bytes, Buffer.alloc(after, 9)]);
      expect(crc32c(whole, before, before + bytes.length)).toBe(checksum(Buffer.from(bytes)) >>> 0);
    }),
  );
});
