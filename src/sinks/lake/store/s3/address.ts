/** Where in which bucket. */
export interface BucketAddress {
  readonly bucket: string;
  /** Without slashes at its ends; '' for the bucket itself. */
  readonly prefix: string;
}

const FORM = 'write s3://BUCKET/PREFIX';
/** Rules for general purpose buckets (docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html). */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const KEYS =
  'the keys belong in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or in files that AWS_ACCESS_KEY_ID_FILE and AWS_SECRET_ACCESS_KEY_FILE name';

/** `s3://bucket/prefix`; `s3a://`, as Spark writes it, is the same. Throws RangeError that repeats no secret. */
export function parseAddress(text: string): BucketAddress {
  const [, scheme, rest = ''] = /^([a-z0-9]+):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme !== 's3' && scheme !== 's3a') throw new RangeError(`that is no place in a bucket; ${FORM}`);
  const [bucket = '', ...folders] = rest.split('/');
  if (bucket.includes('@') || bucket.includes(':'))
    throw new RangeError(`the URL holds keys or a port; ${FORM}; ${KEYS}`);
  if (!BUCKET.test(bucket) && rest.includes('@'))
    throw new RangeError(`the URL holds keys; ${FORM}; ${KEYS}`);
  if (bucket === '') throw new RangeError(`the URL names no bucket; ${FORM}`);
  if (!BUCKET.test(bucket))
    throw new RangeError(
      `'${bucket}' is no name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens; ${FORM}`,
    );
  if (/[?#]/.test(rest)) throw new RangeError(`the URL holds a ? or #, which no prefix may have; ${FORM}`);
  const parts = folders.filter((part) => part !== '');
  if (parts.some((part) => part === '.' || part === '..'))
    throw new RangeError(`the prefix holds '.' or '..', which a bucket does not resolve; ${FORM}`);
  return { bucket, prefix: parts.join('/') };
}

/** A server's URL without a path; `host:port` means http. Throws RangeError that repeats no secret. */
export function parseEndpoint(text: string): string {
  // Wherever it stands: what is before it may be a key that is not escaped.
  if (text.includes('@')) throw new RangeError(`the URL holds keys; ${KEYS}`);
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new RangeError('that is no URL of a server; write https://HOST:PORT');
  if (/[?#]/.test(text)) throw new RangeError('the URL holds a ? or #; write https://HOST:PORT');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
