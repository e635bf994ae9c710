import { expect, test } from 'vitest';
import { credentialsFrom } from '../../../../../src/sinks/lake/store/s3/credentials.ts';

const from = (secrets: Readonly<Record<string, string>>) => credentialsFrom((name) => secrets[name]);
const AWS = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
const MINIO = { MINIO_ACC_KEY: 'c', MINIO_SEC_KEY: 'd' };

test("Amazon's names come before MinIO's, a session token with them", () => {
  expect(from({ ...AWS, ...MINIO })).toEqual({ accessKeyId: 'a', secretAccessKey: 'b' });
  expect(from({ ...AWS, AWS_SESSION_TOKEN: 't' })).toMatchObject({ sessionToken: 't' });
  expect(from(MINIO)).toEqual({ accessKeyId: 'c', secretAccessKey: 'd' });
});

test('nothing, or a profile that is named, leaves the search to the SDK', () => {
  expect(from({})).toBeUndefined();
  expect(from({ ...AWS, AWS_PROFILE: 'work' })).toBeUndefined();
});

test.each([
  [{ AWS_ACCESS_KEY_ID: 'a' }, 'AWS_SECRET_ACCESS_KEY is not'],
  [{ MINIO_SEC_KEY: 'hidden' }, 'MINIO_ACC_KEY is not'],
])('an incomplete key pair is reported without its value', (secrets, text) => {
  expect(() => from(secrets)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining(text) }),
  );
  expect(() => from(secrets)).not.toThrow(/hidden/);
});

test.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])(
  'a line end, a space or a non-ASCII letter in %s is reported without the value',
  (name) => {
    for (const value of ['hidden\n', ' hidden', 'hid den', 'hiddén', 'hidden\u200b']) {
      const secrets = { ...AWS, [name]: value };
      expect(() => from(secrets)).toThrow(
        expect.objectContaining({ code: 'usage', message: expect.stringContaining(name) }),
      );
      expect(() => from(secrets)).not.toThrow(/hid/);
    }
  },
);
