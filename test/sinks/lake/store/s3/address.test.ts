import { describe, expect, test } from 'vitest';
import { parseAddress, parseEndpoint } from '../../../../../src/sinks/lake/store/s3/address.ts';

describe('--url', () => {
  test.each([
    ['s3://lake-house/a/b', 'lake-house', 'a/b'],
    ['s3a://lake-house/a//b/', 'lake-house', 'a/b'],
    ['s3://lake.house', 'lake.house', ''],
    ['s3://lake/', 'lake', ''],
  ])('%s', (text, bucket, prefix) => {
    expect(parseAddress(text)).toEqual({ bucket, prefix });
  });

  test.each([
    ['lake/a', 's3://BUCKET'],
    ['http://lake/a', 's3://BUCKET'],
    ['s3://', 'no bucket'],
    ['s3:///a', 'no bucket'],
    ['s3://Lake/a', "'Lake'"],
    ['s3://ab', "'ab'"],
    ['s3://lake/a?b', '?'],
    ['s3://lake/../a', "'..'"],
  ])('%s is refused', (text, part) => {
    expect(() => parseAddress(text)).toThrow(RangeError);
    expect(() => parseAddress(text)).toThrow(part);
  });

  test.each([
    's3://id:secret@lake/a',
    's3://id:secret/a',
    's3://id:x/secret@lake/a',
    's3://I/secret@lake/a',
    's3://i:x?secret@lake',
  ])('keys in the URL are refused and not repeated: %s', (text) => {
    expect(() => parseAddress(text)).toThrow(/AWS_SECRET_ACCESS_KEY/);
    expect(() => parseAddress(text)).not.toThrow(/secret@|:secret|'I'|:x/);
  });
});

describe('--endpoint', () => {
  test.each([
    ['https://s3.example.org/', 'https://s3.example.org'],
    ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
    ['minio:9000', 'http://minio:9000'],
    ['https://host/storage/v1/s3', 'https://host/storage/v1/s3'],
  ])('%s', (text, expected) => {
    expect(parseEndpoint(text)).toBe(expected);
  });

  test.each(['', 'http://', 'ftp://host', 's3://lake', 'http://a b', 'https://host?x=1'])(
    '%s is refused',
    (text) => {
      expect(() => parseEndpoint(text)).toThrow(RangeError);
    },
  );

  test.each([
    'http://id:hidden@host',
    'id:hidden@host',
    'http://id:1/hidden@host',
    'http://id:1?hidden@host',
  ])('keys in the endpoint are not repeated: %s', (text) => {
    expect(() => parseEndpoint(text)).toThrow(/keys/);
    expect(() => parseEndpoint(text)).not.toThrow(/hidden/);
  });
});
