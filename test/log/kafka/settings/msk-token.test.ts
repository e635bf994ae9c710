import { afterEach, beforeEach, expect, test } from 'vitest';
import { mskToken } from '../../../../src/log/kafka/settings/msk-token.ts';

const NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
const before = new Map(NAMES.map((name) => [name, process.env[name]]));

beforeEach(() => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
  process.env.AWS_SECRET_ACCESS_KEY = 'an-example-secret';
  process.env.AWS_SESSION_TOKEN = undefined;
  delete process.env.AWS_SESSION_TOKEN;
});
afterEach(() => {
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
});

test('an MSK token is a signed URL of the region, made with credentials from the environment', async () => {
  const { value } = await mskToken('eu-west-1');
  const url = new URL(Buffer.from(value, 'base64url').toString());
  expect(url.host).toBe('kafka.eu-west-1.amazonaws.com');
  expect(url.searchParams.get('Action')).toBe('kafka-cluster:Connect');
  expect(url.searchParams.get('X-Amz-Credential')).toMatch(
    /^AKIDEXAMPLE\/\d{8}\/eu-west-1\/kafka-cluster\/aws4_request$/,
  );
  expect(url.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  expect(url.href).not.toContain('an-example-secret');
});
