import { describe, expect, test } from 'vitest';
import { unsupported } from '../../../../../src/sinks/lake/store/s3/unsupported.ts';

const LIST = { kind: 'list', checksums: false, conditional: false } as const;
const READ = { kind: 'read', checksums: true, conditional: false } as const;
const WRITE = { kind: 'write', checksums: true, conditional: false } as const;
const BOTH = { ...WRITE, conditional: true };
const CONDITION = { ...BOTH, checksums: false };
const PLAIN = { ...WRITE, checksums: false };

describe('an unsupported request', () => {
  test.each([
    // Cloudflare R2, January 2025.
    [501, 'NotImplemented', "Header 'x-amz-checksum-crc32' with value 'a==' not implemented", BOTH, 'CRC32'],
    // Backblaze B2 and OVH.
    [400, 'InvalidArgument', "Unsupported header 'x-amz-sdk-checksum-algorithm' received", BOTH, 'CRC32'],
    // Alibaba OSS.
    [400, 'InvalidArgument', 'aws-chunked encoding is not supported', BOTH, 'CRC32'],
    [501, 'NotImplemented', '', WRITE, 'CRC32'],
    [400, 'InvalidRequest', '', WRITE, 'CRC32'],
    [501, 'NotImplemented', 'x-amz-checksum-mode', READ, 'CRC32'],
    [501, 'NotImplemented', 'If-None-Match', BOTH, 'If-None-Match'],
    [400, 'InvalidArgument', 'Conditional writes are off', BOTH, 'If-None-Match'],
    [501, 'NotImplemented', '', CONDITION, 'If-None-Match'],
    [501, 'NotImplemented', 'list-type=2', LIST, 'ListObjectsV2'],
    [405, 'MethodNotAllowed', '', LIST, 'ListObjectsV2'],
    [400, 'InvalidArgument', 'list-type is unknown', LIST, 'ListObjectsV2'],
  ] as const)('%i %s, %s', (status, code, message, request, part) => {
    const [kind, what] = unsupported({ status, code, message, region: undefined }, request)!;
    expect([kind, what.includes(part), what.includes('either')]).toEqual(['usage', true, false]);
  });

  test('the error names both candidates when neither store nor request tells which', () => {
    const refusal = { status: 501, code: 'NotImplemented', message: 'no', region: undefined };
    expect(unsupported(refusal, BOTH)).toEqual([
      'usage',
      expect.stringContaining('either'),
      expect.stringMatching(/--s3-checksum when_required.*--table plain/),
    ]);
  });
});

test.each([
  [400, 'EntityTooLarge', 'too large', BOTH],
  [400, 'InvalidArgument', 'prefix', LIST],
  [403, 'AccessDenied', 'checksum', BOTH],
  [400, 'InvalidRequest', '', PLAIN],
  [503, 'SlowDown', '', BOTH],
] as const)('%i %s, %s is a refusal of another kind', (status, code, message, request) => {
  expect(unsupported({ status, code, message, region: undefined }, request)).toBeUndefined();
});
