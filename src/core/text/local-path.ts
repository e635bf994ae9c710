/** What to write in place of a URL of a bucket, by the flag that names a folder. */
export const USE_SINK_S3 = 'a bucket is filled by sink s3 with --url s3://BUCKET/PREFIX';

/** A home folder: only a shell resolves it, and only where it stands at the beginning of a word. */
const HOME = /^~[\w-]*(?:\/|$)/;
const BUCKETS = new Set(['s3', 's3a', 's3n', 'gs', 'gcs', 'az', 'abfs', 'abfss', 'wasbs', 'r2', 'minio']);

function ofFileUrl(text: string): string {
  const [, path] = /^file:(?:\/\/(?:localhost)?)?(\/(?!\/)[^?#]*)$/is.exec(text) ?? [];
  if (path === undefined)
    throw new RangeError(
      "a file:// URL names a path of this machine from its root, and holds no '?' or '#' but as %3F and %23; write file:///FOLDER/NAME, or the path alone",
    );
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RangeError('the file:// URL is not percent-encoded as it should be; write %25 for %');
  }
}

/**
 * A path of this machine as a user writes it: relative, absolute, or a `file://` URL. `forBucket`: what to use for one of a
 * bucket. Throws RangeError for any other URL, for `~`, and for what is no path; repeats nothing of a URL but its scheme, as
 * it may hold a password.
 */
export function localPath(text: string, forBucket = 'copy the file to this machine first'): string {
  if (text === '') throw new RangeError('the path is empty');
  if (text.includes('\0')) throw new RangeError('the path holds a NUL, which no path may have');
  if (HOME.test(text))
    throw new RangeError(
      `'~' stands for a home folder in a shell alone; write the path in full, or ./~ for a name that begins so`,
    );
  if (/^file:/i.test(text)) return localPath(ofFileUrl(text), forBucket);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return text;
  const hint = BUCKETS.has(scheme) ? forBucket : 'write a path, or file:///FOLDER/NAME';
  throw new RangeError(`a URL (${scheme}://) is no path of this machine; ${hint}`);
}
