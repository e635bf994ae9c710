import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewRecord } from '../../../src/core/stream/record.ts';
import { weightOf } from '../../../src/core/util/runs.ts';
import { encodeBatch } from '../../../src/log/local/storage/codec.ts';
import { OutputBytes } from '../../../src/runtime/output/output-bytes.ts';
import { packOutputs, unpackOutputs } from '../../../src/runtime/workers/packing.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', 'é', '🚀', '\ud800', 'x'.repeat(100_000)),
);
const record = fc.record<NewRecord>({
  topic: fc.constantFrom('a', 'b'),
  partitionKey: fc.option(text),
  key: fc.option(text),
  value: fc.option(text),
  headers: fc.constantFrom({}, { schema: 'x/1' }, { schema: 'x/1', from: 't/0' }),
});

/** A text as UTF-8 holds it: half of a surrogate pair becomes U+FFFD. */
const asUtf8 = (value: string | null): string | null => value && Buffer.from(value).toString();
const plain = ({ topic, partitionKey, key, value, headers }: NewRecord) => ({
  topic,
  partitionKey,
  key,
  value: asUtf8(value),
  headers,
});

test('records whose values are bytes are stored and weighed like those with texts, also after a move to another thread', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 20 }), (records) => {
      const bytes = new OutputBytes();
      const encoded = records.map((one) => bytes.encoded(one));
      bytes.renew();
      expect(encoded.map(plain)).toEqual(records.map(plain));
      expect(encoded.map(weightOf)).toEqual(records.map(weightOf));
      const batch = encodeBatch(records, 7);
      expect(encodeBatch(encoded, 7).equals(batch)).toBe(true);
      const packed = packOutputs(encoded);
      const moved = unpackOutputs(structuredClone(packed, { transfer: [...packed.chunks] }));
      expect(moved.map(plain)).toEqual(records.map(plain));
      expect(encodeBatch(moved, 7).equals(batch)).toBe(true);
      expect(unpackOutputs(structuredClone(packOutputs(records))).map(plain)).toEqual(records.map(plain));
    }),
    { numRuns: 100 },
  );
});

test('values encoded after a renewal do not change the ones before', () => {
  const bytes = new OutputBytes();
  const make = (value: string) =>
    bytes.encoded({ topic: 'a', partitionKey: null, key: null, value, headers: {} });
  const first = make('first');
  bytes.renew();
  const second = make('second');
  expect([first.value, second.value]).toEqual(['first', 'second']);
  expect(first.bytes?.buffer.buffer).not.toBe(second.bytes?.buffer.buffer);
});
