/** The hint for a bucket URL given to a flag that names a folder. */
export const USE_SINK_S3 = 'to write to a bucket, use sink s3 with --url s3://BUCKET/PREFIX';

/** A home folder. Only a shell resolves it, and only at the beginning of a word. */
const HOME = /^~[\w-]*(?:\/|$)/;
const BUCKETS = new Set(['s3', 's3a', 's3n', 'gs', 'gcs', 'az', 'abfs', 'abfss', 'wasbs', 'r2', 'minio']);

function ofFileUrl(text: string): string {
  const [, path] = /^file:(?:\/\/(?:localhost)?)?(\/(?!\/)[^?#]*)$/is.exec(text) ?? [];
  if (path === undefined)
    throw new RangeError(
      "a file:// URL must name an absolute path on this machine, with '?' and '#' written as %3F and %23; write file:///FOLDER/NAME, or just the path",
    );
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RangeError('the file:// URL is not percent-encoded correctly; write %25 for %');
  }
}

/**
 * A path on this machine as a user writes it: relative, absolute, or a `file://` URL. Throws RangeError for any other URL
 * (`forBucket` is the hint for a bucket's), for `~`, and for text that is not a path. Messages repeat only the scheme of a
 * URL, which may contain a password.
 */
export function localPath(text: string, forBucket = 'copy the file to this machine first'): string {
  if (text === '') throw new RangeError('the path is empty');
  if (text.includes('\0')) throw new RangeError('the path contains a NUL character, which is not allowed');
  if (HOME.test(text))
    throw new RangeError(
      `only a shell expands '~' to the home folder; write the full path, or ./~ for a name that begins with '~'`,
    );
  if (/^file:/i.test(text)) return localPath(ofFileUrl(text), forBucket);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return text;
  const hint = BUCKETS.has(scheme) ? forBucket : 'write a path, or file:///FOLDER/NAME';
  throw new RangeError(`a URL (${scheme}://) is not a path on this machine; ${hint}`);
}
