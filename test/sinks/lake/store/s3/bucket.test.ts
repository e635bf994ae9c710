import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { scratch } from '../../scratch.ts';
import { afterOpening, inTurn, listing, ok, openAt, type Reply, refusal, stub } from './stub.ts';

describe('a bucket error names its cause and a hint', () => {
  const html: Reply = (_, response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><html><br></html>');

  test.each<[string, Reply, string, string, string]>([
    ['no bucket', refusal(404, 'NoSuchBucket'), 'unavailable', 'no such bucket', '--create-bucket'],
    ['no right', refusal(403, 'AccessDenied'), 'unavailable', '(text of AccessDenied)', 's3:PutObject'],
    ['unknown key', refusal(403, 'InvalidAccessKeyId'), 'unavailable', 'access key', 'AWS_ACCESS_KEY_ID'],
    [
      'wrong key',
      refusal(403, 'SignatureDoesNotMatch'),
      'unavailable',
      'secret key',
      'AWS_SECRET_ACCESS_KEY',
    ],
    ['old token', refusal(400, 'ExpiredToken'), 'unavailable', 'expired', 'AWS_SESSION_TOKEN'],
    ['wrong clock', refusal(403, 'RequestTimeTooSkewed'), 'unavailable', 'clock', 'Set the clock'],
    ['wrong token', refusal(400, 'InvalidToken'), 'unavailable', 'session token (text', 'AWS_SESSION_TOKEN'],
    [
      "MinIO's wrong token",
      refusal(403, 'InvalidTokenId'),
      'unavailable',
      'session token',
      'AWS_SESSION_TOKEN',
    ],
    ['no listing', refusal(501, 'NotImplemented'), 'usage', 'ListObjectsV2', 'newer store'],
    ['a path without S3', refusal(404, 'NotFound'), 'usage', 'no S3 service', '--endpoint'],
    ['bucket twice', refusal(404, 'NoSuchKey'), 'usage', '--endpoint', 'Remove the bucket from'],
    ['full', refusal(507, 'XMinioStorageFull'), 'disk-full', 'full', 'Free some space'],
    ['quota', refusal(400, 'XMinioAdminBucketQuotaExceeded'), 'disk-full', 'full', 'Free some space'],
    [
      'region, by header',
      refusal(301, 'PermanentRedirect', '', { 'x-amz-bucket-region': 'eu-west-1' }),
      'unavailable',
      'eu-west-1',
      '--region eu-west-1',
    ],
    [
      'region, by body',
      refusal(400, 'AuthorizationHeaderMalformed', '<Region>eu-west-3</Region>'),
      'unavailable',
      'eu-west-3',
      '--region eu-west-3',
    ],
    ['not S3', html, 'unavailable', 'not an S3 server', '--endpoint'],
    ['anything else', refusal(400, 'Strange'), 'failed', '400 Strange: text of Strange', 'log of the store'],
  ])('%s', async (_, reply, code, message, hint) => {
    const { endpoint } = await stub(reply);
    const failure = await openAt(endpoint).catch((error) => error);
    expect(failure).toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
    expect(`${failure.message}${failure.hint}${failure.stack}${failure.cause}`).not.toContain('top-secret');
  });
});

describe('a server that does not answer well', () => {
  const broken: Reply = (_, response) => void response.socket!.destroy();
  const page: Reply = (_, response) => void response.writeHead(502).end('<html>Bad gateway<br></html>');

  test.each<[string, Reply]>([
    ['429', refusal(429, 'TooManyRequests')],
    ['500', refusal(500, 'InternalError')],
    ['503', refusal(503, 'SlowDown')],
    ['a time-out of its own', refusal(400, 'RequestTimeout')],
    ["a balancer's page", page],
    ['a broken connection', broken],
  ])('%s is retried', async (_, reply) => {
    const { endpoint, asked } = await stub(inTurn(reply, reply, ok(listing([]))));
    await openAt(endpoint);
    expect(asked).toHaveLength(3);
  });

  test('an unresponsive server is an error after `maxWaitMs`', async () => {
    const { endpoint } = await stub(refusal(503, 'SlowDown'));
    await expect(openAt(endpoint, { context: { maxWaitMs: 20_000 } })).rejects.toMatchObject({
      code: 'unavailable',
      message: `${endpoint} has not answered for 20s: 503 SlowDown`,
      retry: true,
    });
  });
});

describe('--create-bucket', () => {
  test('--create-bucket creates a missing bucket', async () => {
    const { endpoint, asked } = await stub(inTurn(refusal(404, 'NoSuchBucket'), ok()));
    const info = vi.fn();
    await openAt(endpoint, { settings: { createBucket: true }, context: { info } });
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /lake/', 'PUT /lake/']);
    expect(info.mock.calls).toEqual([['created bucket lake']]);
  });
  test('--create-bucket accepts a bucket that another process created meanwhile', async () => {
    const { endpoint, asked } = await stub(
      inTurn(refusal(404, 'NoSuchBucket'), refusal(409, 'BucketAlreadyOwnedByYou')),
    );
    const info = vi.fn();
    const opened = openAt(endpoint, { settings: { createBucket: true }, context: { info } });
    await expect(opened).resolves.toMatchObject({
      name: 'lake',
    });
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'PUT']);
    expect(info).not.toHaveBeenCalled();
  });
});

describe("every refusal quotes the store's message", () => {
  test.each([
    [404, 'NoSuchBucket'],
    [403, 'InvalidAccessKeyId'],
    [403, 'SignatureDoesNotMatch'],
    [403, 'RequestTimeTooSkewed'],
    [403, 'AccessDenied'],
    [301, 'PermanentRedirect'],
    [400, 'ExpiredToken'],
    [507, 'XMinioStorageFull'],
    [501, 'NotImplemented'],
    [404, 'NoSuchKey'],
    [418, 'Unheard'],
  ])('%i %s', async (status, code) => {
    const { endpoint } = await stub(refusal(status, code));
    await expect(openAt(endpoint)).rejects.toThrow(`text of ${code}`);
  });

  test('a quoted message is one line and shortened', async () => {
    const text = `<Error><Code>AccessDenied</Code><Message>one\ntwo\u001b[31m ${'x'.repeat(5000)}</Message></Error>`;
    const { endpoint } = await stub(
      (_, response) =>
        void response.writeHead(403, { 'content-type': 'application/xml' }).end(text.replace('\u001b', '')),
    );
    const failure = await openAt(endpoint).catch((error) => error);
    expect(failure.message).toMatch(/\(one two\[31m x+\.\.\.\)$/);
    expect(failure.message.length).toBeLessThan(400);
  });
});

test("an endpoint that contains the bucket is reported; a gateway's path is accepted", async () => {
  const reply: Reply = (asked, response) =>
    (asked.path.startsWith('/lake/lake') ? refusal(404, 'NoSuchBucket') : ok(listing([])))(asked, response);
  const { endpoint } = await stub(reply);
  await expect(openAt(`${endpoint}/lake`)).rejects.toMatchObject({
    code: 'usage',
    hint: expect.stringContaining('neither /lake at the end nor lake. before the host'),
  });
  await openAt(`${endpoint}/gateway/lake`);
});

test('uploads have checksums or not', async () => {
  const { endpoint, asked } = await stub(afterOpening(ok()));
  for (const s3Checksum of ['when_supported', 'when_required'] as const) {
    const { s3 } = await openAt(endpoint, { settings: { s3Checksum } });
    await s3.putObject({ Bucket: 'lake', Key: 'a', Body: 'x' });
  }
  const puts = asked.filter(({ method }) => method === 'PUT');
  expect(puts.map(({ headers }) => headers['x-amz-checksum-crc32'])).toEqual(['jNwWgw==', undefined]);
});

test('without --s3-checksum the AWS profile decides whether uploads have checksums', async () => {
  const config = join(scratch(), 'config');
  writeFileSync(config, '[default]\nrequest_checksum_calculation = when_required\n');
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('AWS_CONFIG_FILE', config);
  vi.stubEnv('AWS_REQUEST_CHECKSUM_CALCULATION', undefined);
  const { endpoint, asked } = await stub(afterOpening(ok()));
  for (const s3Checksum of [undefined, 'when_supported'] as const) {
    const { s3, checksums: sums } = await openAt(endpoint, { settings: { s3Checksum } });
    await s3.putObject({ Bucket: 'lake', Key: 'a', Body: 'x' });
    expect(sums).toBe(s3Checksum === 'when_supported');
  }
  const puts = asked.filter(({ method }) => method === 'PUT');
  expect(puts.map(({ headers }) => headers['x-amz-checksum-crc32'])).toEqual([undefined, 'jNwWgw==']);
});

describe('keys and region', () => {
  /** Who asked, and from which region, as the first request is signed. */
  async function signed(secrets: Readonly<Record<string, string>>, region?: string) {
    const { endpoint, asked } = await stub(ok(listing([])));
    const secret = (name: string) => secrets[name];
    await openAt(endpoint, { settings: { region }, context: { secret } });
    return /Credential=(\w+)\/\d+\/([\w-]+)\//.exec(String(asked[0]!.headers.authorization))!.slice(1);
  }
  const keys = { AWS_ACCESS_KEY_ID: 'given', AWS_SECRET_ACCESS_KEY: 'hidden' };
  function profiles(): void {
    const folder = scratch();
    const pair = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key = hidden\n`;
    writeFileSync(join(folder, 'credentials'), `[default]\n${pair('usual')}[work]\n${pair('worker')}`);
    writeFileSync(join(folder, 'config'), '[default]\n[profile work]\nregion = eu-west-1\n');
    for (const name of ['AWS_PROFILE', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
      vi.stubEnv(name, undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  }

  test('the profile named in an environment file takes precedence over keys', async () => {
    profiles();
    expect(await signed({ AWS_PROFILE: 'work' })).toEqual(['worker', 'eu-west-1']);
    expect(await signed({ AWS_PROFILE: 'work', ...keys })).toEqual(['worker', 'eu-west-1']);
    expect(await signed({ AWS_PROFILE: 'work' }, 'us-west-2')).toEqual(['worker', 'us-west-2']);
  });

  test('the region defaults to us-east-1, and an unrequested profile gives none', async () => {
    profiles();
    expect(await signed({})).toEqual(['usual', 'us-east-1']);
    expect(await signed(keys)).toEqual(['given', 'us-east-1']);
  });
});
