/** A prefix in a bucket. */
export interface BucketAddress {
  readonly bucket: string;
  /** Without leading or trailing slash; '' for the bucket itself. */
  readonly prefix: string;
}

const FORM = 'write s3://BUCKET/PREFIX';
/** Rules for general purpose buckets (docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html). */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const KEYS =
  'the keys belong in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or in files named by AWS_ACCESS_KEY_ID_FILE and AWS_SECRET_ACCESS_KEY_FILE';

/** Parses `s3://bucket/prefix`, or Spark's `s3a://`. Throws RangeError, without secrets. */
export function parseAddress(text: string): BucketAddress {
  const [, scheme, rest = ''] = /^([a-z0-9]+):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme !== 's3' && scheme !== 's3a') throw new RangeError(`not an S3 URL; ${FORM}`);
  const [bucket = '', ...folders] = rest.split('/');
  if (bucket.includes('@') || bucket.includes(':'))
    throw new RangeError(`the URL contains keys or a port; ${FORM}; ${KEYS}`);
  if (!BUCKET.test(bucket) && rest.includes('@'))
    throw new RangeError(`the URL contains keys; ${FORM}; ${KEYS}`);
  if (bucket === '') throw new RangeError(`the URL names no bucket; ${FORM}`);
  if (!BUCKET.test(bucket))
    throw new RangeError(
      `'${bucket}' is not a valid bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens; ${FORM}`,
    );
  if (/[?#]/.test(rest)) throw new RangeError(`the URL contains ? or #, which a prefix must not; ${FORM}`);
  const parts = folders.filter((part) => part !== '');
  if (parts.some((part) => part === '.' || part === '..'))
    throw new RangeError(`the prefix contains '.' or '..', which a bucket does not resolve; ${FORM}`);
  return { bucket, prefix: parts.join('/') };
}

/** Parses a server's URL; `host:port` means http. Throws RangeError, without secrets. */
export function parseEndpoint(text: string): string {
  // Anywhere in the URL: the part before it may be an unescaped key.
  if (text.includes('@')) throw new RangeError(`the URL contains keys; ${KEYS}`);
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new RangeError('not a server URL; write https://HOST:PORT');
  if (/[?#]/.test(text)) throw new RangeError('the URL contains ? or #; write https://HOST:PORT');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
