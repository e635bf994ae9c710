import { expect, test } from 'vitest';
import { s3Options } from '../../../../../src/sinks/lake/store/s3/options.ts';

test('the checksum setting of the AWS tools is read in any case', () => {
  const { env, parse } = s3Options.s3Checksum;
  expect(env).toEqual(['AWS_REQUEST_CHECKSUM_CALCULATION']);
  expect([parse('WHEN_REQUIRED'), parse('when_supported')]).toEqual(['when_required', 'when_supported']);
  expect(() => parse('never')).toThrow(RangeError);
});
