import type { S3 } from '@aws-sdk/client-s3';
import { type RetryPolicy, retry } from '../../../../core/util/retry.ts';
import type { Millis } from '../../../../core/util/time.ts';
import type { SinkContext } from '../../../sink.ts';
import { credentialsFrom } from './credentials.ts';
import { errorDetails, transientReason } from './errors.ts';
import type { S3Settings } from './options.ts';
import { listingError } from './problems.ts';

/** A connection that is not made after so long, or over which nothing comes for so long, is given up. */
const CONNECT_MS: Millis = 5000;
const SILENT_MS: Millis = 30_000;

/** A bucket and how it is asked. */
export interface Bucket {
  readonly name: string;
  readonly s3: S3;
  readonly retryPolicy: RetryPolicy;
  /** Whether uploads carry CRC32 sums. */
  readonly checksums: boolean;
  /** Runs calls until the server answers. What else goes wrong is thrown as the SDK's error. */
  ask<T>(calls: (s3: S3) => Promise<T>): Promise<T>;
}

export type S3Context = Pick<SinkContext, 'clock' | 'patienceMs' | 'warn' | 'info' | 'secret'>;

const USUAL_REGION = 'us-east-1';

/** The SDK is loaded here and not before: that takes an eighth of a second. */
async function connect(settings: S3Settings, { secret }: S3Context): Promise<S3> {
  const { S3 } = await import('@aws-sdk/client-s3');
  const { endpoint, pathStyle, s3Checksum } = settings;
  const credentials = credentialsFrom(secret);
  const profile = secret('AWS_PROFILE');
  const found = profile === undefined ? {} : { profile };
  // Its only error is that there is none.
  const sought = () => new S3(found).config.region().catch(() => USUAL_REGION);
  const region = settings.region ?? (credentials === undefined ? await sought() : USUAL_REGION);
  const sums = s3Checksum === 'when_supported' ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  const checksums = { requestChecksumCalculation: sums, responseChecksumValidation: sums } as const;
  return new S3({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? found : { credentials }),
    forcePathStyle: pathStyle ?? endpoint !== undefined,
    ...(s3Checksum === undefined ? {} : checksums),
    // `patiently` decides about other tries.
    maxAttempts: 1,
    // Nothing changes its layers between calls; putting them together takes a tenth of a call.
    cacheMiddleware: true,
    // It would open a connection for each body past 2 MB.
    expectContinueHeader: false,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
  });
}

/**
 * Opens the bucket of `--url` and looks whether it is there, with `--create-bucket` makes it. Throws Problem: no such
 * bucket, no right to list it, wrong keys, region or endpoint, or no answer within the patience.
 */
export async function openBucket(settings: S3Settings, context: S3Context): Promise<Bucket> {
  const { bucket: name, prefix } = settings.url!;
  const { clock, patienceMs, warn } = context;
  const patience = { clock, patienceMs, warn };
  const s3 = await connect(settings, context);
  const service = settings.endpoint ?? `Amazon S3 in ${await s3.config.region()}`;
  const ask = <T>(calls: (s3: S3) => Promise<T>) =>
    retry(service, patience, transientReason, () => calls(s3));

  // A HEAD would be answered without the reason.
  const look = () =>
    ask(() => s3.listObjectsV2({ Bucket: name, Prefix: prefix === '' ? '' : `${prefix}/`, MaxKeys: 1 }));
  try {
    await look().catch(async (error) => {
      if (errorDetails(error).code !== 'NoSuchBucket' || !settings.createBucket) throw error;
      // Another topic's sink may have made it meanwhile.
      await ask(() => s3.createBucket({ Bucket: name })).then(
        () => context.info(`made bucket ${name}`),
        (failure) => {
          if (errorDetails(failure).code !== 'BucketAlreadyOwnedByYou') throw failure;
        },
      );
    });
  } catch (error) {
    throw listingError(error, name, settings.endpoint);
  }
  const sums = (await s3.config.requestChecksumCalculation()) === 'WHEN_SUPPORTED';
  return { name, s3, retryPolicy: patience, checksums: sums, ask };
}
