import { systemClock } from '../../../src/runtime/system-clock.ts';
import { parseAddress } from '../../../src/sinks/lake/store/s3/address.ts';
import { type Bucket, openBucket, type S3Context } from '../../../src/sinks/lake/store/s3/bucket.ts';
import type { S3Settings } from '../../../src/sinks/lake/store/s3/options.ts';
import { KEYS } from './server.ts';

/** The environment's secrets that open the suite's servers. */
export const SECRETS: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
};

/** As the command line would give them for `--url URL --endpoint ENDPOINT --create-bucket`. */
export const s3Settings = (url: string, endpoint: string, given: Partial<S3Settings> = {}): S3Settings => ({
  url: parseAddress(url),
  endpoint,
  region: 'us-east-1',
  pathStyle: undefined,
  createBucket: true,
  s3Checksum: 'when_supported',
  ...given,
});

export const s3Context = (secrets = SECRETS): S3Context => ({
  clock: systemClock,
  maxWaitMs: 10_000,
  warn: () => {},
  info: () => {},
  secret: (name) => secrets[name],
});

export const openTestBucket = (
  url: string,
  endpoint: string,
  given: Partial<S3Settings> = {},
): Promise<Bucket> => openBucket(s3Settings(url, endpoint, given), s3Context());
