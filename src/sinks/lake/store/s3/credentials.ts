import { UserError } from '../../../../core/errors.ts';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type Secret = (name: string) => string | undefined;

/** Keys go into an HTTP header, where a line break or a non-ASCII letter would fail without naming the variable. */
function keyNamed(secret: Secret, name: string): string | undefined {
  const value = secret(name);
  if (!value || /^[\x21-\x7e]+$/.test(value)) return value;
  throw new UserError(
    'usage',
    `${name} contains a space, a line break or another character that no key has`,
    'Set it again, without extra characters.',
  );
}

/** Both parts of a pair, or undefined. Throws UserError `usage` when only one is set. */
function pair(secret: Secret, idName: string, keyName: string): S3Credentials | undefined {
  const [accessKeyId, secretAccessKey] = [keyNamed(secret, idName), keyNamed(secret, keyName)];
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  if (!accessKeyId && !secretAccessKey) return undefined;
  const [given, missing] = accessKeyId ? [idName, keyName] : [keyName, idName];
  throw new UserError(
    'usage',
    `${given} is set, but ${missing} is not`,
    `Set ${missing} or ${missing}_FILE as well.`,
  );
}

/**
 * Keys from the environment: Amazon's names, else MinIO's. Undefined leaves the search to the AWS SDK (profiles, single
 * sign-on, web identity, roles of containers and instances). AWS_PROFILE wins, as in Amazon's own tools.
 */
export function credentialsFrom(secret: Secret): S3Credentials | undefined {
  if (secret('AWS_PROFILE')) return undefined;
  const keys = pair(secret, 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY');
  if (!keys) return pair(secret, 'MINIO_ACC_KEY', 'MINIO_SEC_KEY');
  const sessionToken = keyNamed(secret, 'AWS_SESSION_TOKEN');
  return sessionToken ? { ...keys, sessionToken } : keys;
}
