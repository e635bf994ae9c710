import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkTlsFiles } from '../../../../src/sinks/mongo/client/tls-files.ts';
import { mongo } from '../../../../src/sinks/mongo/mongo.ts';
import { fakeContext, HOST } from '../../fakes.ts';

const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));
const small = join(folder, 'small.pem');
const large = join(folder, 'large.pem');
writeFileSync(small, '-----BEGIN CERTIFICATE-----');
writeFileSync(large, '');
truncateSync(large, 2 ** 20 + 1);

test('a regular file of up to 1 MB is left to the driver', async () => {
  await checkTlsFiles({});
  await checkTlsFiles({ tlsCAFile: small, tlsCertificateKeyFile: small });
});

test.each([
  ['/dev/zero', 'it is not a regular file'],
  [folder, 'it is not a regular file'],
  [large, 'it is larger than 1 MB'],
  [join(folder, 'none'), 'there is no such file'],
])('%s is refused by each of its names: %s', async (path, why) => {
  for (const name of ['tlsCAFile', 'tlsCRLFile', 'tlsCertificateKeyFile'])
    await expect(checkTlsFiles({ [name]: path })).rejects.toMatchObject({
      code: 'usage',
      message: `the MongoDB URL: ${name}=${path}: ${why}`,
    });
});

test('a sink does not read a device that its URL names as a file of certificates', async () => {
  const url = 'mongodb://127.0.0.1:1/?tls=true&tlsCAFile=/dev/zero';
  const settings = {
    url,
    db: undefined,
    collection: undefined,
    writeConcern: 'majority',
    noIndexes: true,
    timeSeries: false,
    batch: 1000,
    batchEvery: 1000,
  } as const;
  await expect(mongo.open(settings, fakeContext('prices'), HOST)).rejects.toMatchObject({
    message: 'the MongoDB URL: tlsCAFile=/dev/zero: it is not a regular file',
  });
});
