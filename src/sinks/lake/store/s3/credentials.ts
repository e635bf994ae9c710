import { UserError } from '../../../../core/errors.ts';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type Secret = (name: string) => string | undefined;

/** A header holds keys: a line end or a letter past ASCII in one would fail there without its name. */
function keyNamed(secret: Secret, name: string): string | undefined {
  const value = secret(name);
  if (!value || /^[\x21-\x7e]+$/.test(value)) return value;
  throw new UserError(
    'usage',
    `${name} holds a blank, a line end or another character that no key has`,
    'Set it again, without anything before or after it.',
  );
}

/** Both halves of a pair, or neither. Throws Problem `usage` for one alone. */
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
 * Keys from the environment: Amazon's names, else MinIO's. Undefined: the AWS SDK looks on (profiles, single sign-on,
 * web identity, roles of containers and instances). A profile that was named comes first, as with Amazon's own tools.
 */
export function credentialsFrom(secret: Secret): S3Credentials | undefined {
  if (secret('AWS_PROFILE')) return undefined;
  const keys = pair(secret, 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY');
  if (!keys) return pair(secret, 'MINIO_ACC_KEY', 'MINIO_SEC_KEY');
  const sessionToken = keyNamed(secret, 'AWS_SESSION_TOKEN');
  return sessionToken ? { ...keys, sessionToken } : keys;
}
