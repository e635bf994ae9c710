import type { S3 } from '@aws-sdk/client-s3';
import { type RetryPolicy, retry } from '../../../../core/util/retry.ts';
import type { Millis } from '../../../../core/util/time.ts';
import type { SinkContext } from '../../../sink.ts';
import { credentialsFrom } from './credentials.ts';
import { errorDetails, transientReason } from './errors.ts';
import type { S3Settings } from './options.ts';
import { listingError } from './problems.ts';

/** Timeouts: to connect, and between received data. */
const CONNECT_MS: Millis = 5000;
const SILENT_MS: Millis = 30_000;

/** A bucket and its client. */
export interface Bucket {
  readonly name: string;
  readonly s3: S3;
  readonly retryPolicy: RetryPolicy;
  /** Whether uploads have CRC32 checksums. */
  readonly checksums: boolean;
  /** Retries calls while the server is unavailable. Throws other errors as the SDK's. */
  ask<T>(calls: (s3: S3) => Promise<T>): Promise<T>;
}

export type S3Context = Pick<SinkContext, 'clock' | 'maxWaitMs' | 'warn' | 'info' | 'secret'>;

const DEFAULT_REGION = 'us-east-1';

/** Loads the SDK only here, because that takes an eighth of a second. */
async function connect(settings: S3Settings, { secret }: S3Context): Promise<S3> {
  const { S3 } = await import('@aws-sdk/client-s3');
  const { endpoint, pathStyle, s3Checksum } = settings;
  const credentials = credentialsFrom(secret);
  const profile = secret('AWS_PROFILE');
  const fromProfile = profile === undefined ? {} : { profile };
  // Its only error is that no region is configured.
  const configuredRegion = () => new S3(fromProfile).config.region().catch(() => DEFAULT_REGION);
  const region = settings.region ?? (credentials === undefined ? await configuredRegion() : DEFAULT_REGION);
  const mode = s3Checksum === 'when_supported' ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  const checksums = { requestChecksumCalculation: mode, responseChecksumValidation: mode } as const;
  return new S3({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? fromProfile : { credentials }),
    forcePathStyle: pathStyle ?? endpoint !== undefined,
    ...(s3Checksum === undefined ? {} : checksums),
    // `retry` decides on further attempts.
    maxAttempts: 1,
    // Rebuilding the middleware takes a tenth of a call, and it never changes.
    cacheMiddleware: true,
    // The header would open a connection for each body larger than 2 MB.
    expectContinueHeader: false,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
  });
}

/**
 * Opens the bucket of `--url` and checks that it exists; with `--create-bucket`, creates it if missing. Throws UserError:
 * no such bucket, no permission to list it, wrong keys, region or endpoint, or no answer within the maximum wait.
 */
export async function openBucket(settings: S3Settings, context: S3Context): Promise<Bucket> {
  const { bucket: name, prefix } = settings.url!;
  const { clock, maxWaitMs, warn } = context;
  const retryPolicy = { clock, maxWaitMs, warn };
  const s3 = await connect(settings, context);
  const service = settings.endpoint ?? `Amazon S3 in ${await s3.config.region()}`;
  const ask = <T>(calls: (s3: S3) => Promise<T>) =>
    retry(service, retryPolicy, transientReason, () => calls(s3));

  // The answer to a HEAD request has no error message.
  const check = () =>
    ask(() => s3.listObjectsV2({ Bucket: name, Prefix: prefix === '' ? '' : `${prefix}/`, MaxKeys: 1 }));
  try {
    await check().catch(async (error) => {
      if (errorDetails(error).code !== 'NoSuchBucket' || !settings.createBucket) throw error;
      // The sink of another topic may have created it meanwhile.
      await ask(() => s3.createBucket({ Bucket: name })).then(
        () => context.info(`created bucket ${name}`),
        (failure) => {
          if (errorDetails(failure).code !== 'BucketAlreadyOwnedByYou') throw failure;
        },
      );
    });
  } catch (error) {
    throw listingError(error, name, settings.endpoint);
  }
  const checksums = (await s3.config.requestChecksumCalculation()) === 'WHEN_SUPPORTED';
  return { name, s3, retryPolicy, checksums, ask };
}
