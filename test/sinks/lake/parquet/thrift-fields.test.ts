import { expect, test } from 'vitest';
import { ThriftWriter } from '../../../../src/sinks/lake/parquet/thrift.ts';
import { structFields } from '../../../../src/sinks/lake/parquet/thrift-fields.ts';

test('a list is found in a struct among fields of any type and is copied byte for byte', () => {
  const thrift = new ThriftWriter();
  const write = (list: (writer: ThriftWriter) => void) => {
    thrift
      .i32(1, -7)
      .struct(2)
      .i64(1, 2 ** 40)
      .texts(3, ['a', 'b'])
      .end();
    list(thrift);
    thrift.binary(4, 'end').i32s(
      9,
      Array.from({ length: 300 }, (_, i) => i),
    );
    return thrift.finish();
  };
  const bytes = write((one) =>
    one.structs(3, ['x', 'yy'], (text) => one.binary(1, text).i32(2, text.length)),
  );
  const fields = structFields(bytes);
  expect([...fields.keys()]).toEqual([1, 2, 3, 4, 9]);
  expect(write((one) => one.list(3, fields.get(3)!))).toEqual(bytes);
});

test('booleans are stored in the field header, or as a byte in a list; distant ids follow the header', () => {
  // 1: true, 2: [true, false], 3: a double, 4: i8, 20: i32
  const bytes = Buffer.from([0x11, 0x19, 0x21, 1, 2, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0x13, 9, 0x05, 40, 2, 0]);
  const sizes = [...structFields(bytes)].map(([id, { length }]) => [id, length]);
  expect(sizes).toEqual([
    [1, 0],
    [2, 3],
    [3, 8],
    [4, 1],
    [20, 1],
  ]);
});
