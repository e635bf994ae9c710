import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/core/errors.ts';
import { rawBatches } from '../../../../src/log/kafka/wire/raw-batch.ts';
import { decodeRecords } from '../../../../src/log/kafka/wire/record-reader.ts';
import { batchAt, edited, text } from './batches.ts';
import { newEncoder } from './kafkajs.ts';

const LOG_APPEND_TIME = 0x08;
const FACTS = { baseOffset: 0, firstTimestamp: 0, maxTimestamp: 0, logAppendTime: false, count: 1 };

/** A record from raw bytes: attributes, deltas, then the given key, value and header count. */
function rawRecord(timeDelta: number, offsetDelta: number, rest: Buffer): Buffer {
  const time = newEncoder().writeVarLong(timeDelta).buffer;
  const offset = newEncoder().writeVarInt(offsetDelta).buffer;
  const body = Buffer.concat([Buffer.of(0), time, offset, rest]);
  return Buffer.concat([newEncoder().writeVarInt(body.length).buffer, body]);
}

const EMPTY = Buffer.of(1, 0, 0);

describe('records', () => {
  test.each([[0], [-5], [2 ** 33], [-(2 ** 40)]])(
    'a record may be %i ms from the base timestamp',
    (delta) => {
      const facts = { ...FACTS, firstTimestamp: 2 ** 41 };
      expect(decodeRecords(facts, rawRecord(delta, 0, EMPTY), 0)[0]!.timestamp).toBe(2 ** 41 + delta);
    },
  );

  test("LogAppendTime records have the broker's time", () => {
    const batch = batchAt(0, [text('a')], { attributes: LOG_APPEND_TIME });
    const [raw] = rawBatches(edited(batch, () => batch.writeBigInt64BE(77n, 35)));
    expect(decodeRecords(raw!, raw!.payload, 0)[0]!.timestamp).toBe(77);
  });

  test('offsets survive compaction gaps', () => {
    const payload = Buffer.concat([2, 7].map((delta) => rawRecord(0, delta, EMPTY)));
    const records = decodeRecords({ ...FACTS, baseOffset: 100, count: 2 }, payload, 0);
    expect(records.map(({ offset }) => offset)).toEqual([102, 107]);
  });

  test('invalid UTF-8 does not throw', () => {
    const payload = rawRecord(0, 0, Buffer.of(4, 0xff, 0x41, 2, 0xc3, 0));
    expect(decodeRecords(FACTS, payload, 0)[0]).toMatchObject({ key: '\ufffdA', value: '\ufffd' });
  });
});

describe('invalid record bytes', () => {
  test('invalid bytes always throw a UserError, quickly', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer(), fc.nat(100), (bytes, count, from) => {
        try {
          decodeRecords({ ...FACTS, count }, Buffer.from(bytes), from);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['a record that ends too early', rawRecord(0, 0, EMPTY).subarray(0, -1)],
    ['a record with bytes too many', rawRecord(0, 0, Buffer.concat([EMPTY, Buffer.of(9)]))],
    ['no record at all', Buffer.alloc(0)],
  ])('%s', (_, payload) => {
    const facts = { ...FACTS, baseOffset: 41 };
    expect(() => decodeRecords(facts, payload, 0)).toThrow(/batch at offset 41 is damaged/);
  });
});
