import { UserError } from '../../../../core/errors.ts';
import { errorDetails, type S3ErrorDetails } from './errors.ts';
import { type ErrorRow, type S3Request, unsupported } from './unsupported.ts';

const FULL: ErrorRow = [
  'disk-full',
  'the store is full, or its quota is exhausted',
  'Free some space there and start again; nothing was committed.',
];
const BAD_KEYS =
  'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or MINIO_ACC_KEY and MINIO_SEC_KEY, or the profile in AWS_PROFILE); temporary keys need their AWS_SESSION_TOKEN.';
const BAD_TOKEN: ErrorRow = [
  'unavailable',
  'the server rejects the session token',
  'Check AWS_SESSION_TOKEN: it belongs to one access key. Unset it for keys without a token.',
];
const EXPIRED: ErrorRow = [
  'unavailable',
  'the credentials have expired',
  'Get new ones (aws sso login, or a new AWS_SESSION_TOKEN) and start again; nothing is lost.',
];
const CLOCK: ErrorRow = [
  'unavailable',
  "this machine's clock and the store's differ by more than 15 minutes",
  'Set the clock (timedatectl set-ntp true) and start again; nothing is lost.',
];
const CERTIFICATE: ErrorRow = [
  'unavailable',
  "the server's certificate is not trusted",
  'Set NODE_EXTRA_CA_CERTS to the file of its certificate authority, or renew the certificate.',
];
const NO_TLS: ErrorRow = [
  'unavailable',
  'the server does not speak TLS there',
  'Check http:// or https:// and the port of --endpoint.',
];
const NO_KEYS: ErrorRow = [
  'unavailable',
  'no credentials were found',
  'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or MINIO_ACC_KEY and MINIO_SEC_KEY, or NAME_FILE for each), ' +
    'name a profile of ~/.aws in AWS_PROFILE, or run under an instance, container or web identity role.',
];
const DENIED: ErrorRow = [
  'unavailable',
  'these credentials do not permit it',
  'Grant them s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on its objects.',
];
const UNKNOWN_KEYS: ErrorRow = ['unavailable', 'the server does not know the access key', BAD_KEYS];
const NO_BUCKET: ErrorRow = [
  'unavailable',
  'there is no such bucket',
  'Check --url and --endpoint, or let sink s3 create it with --create-bucket.',
];

const ROWS: Readonly<Record<string, ErrorRow>> = {
  NoSuchBucket: NO_BUCKET,
  InvalidBucketName: [
    'usage',
    'the server rejects the name of the bucket',
    'Choose another bucket in --url.',
  ],
  BucketAlreadyExists: [
    'unavailable',
    'the bucket belongs to another account',
    'Choose another name in --url: bucket names are shared by all accounts.',
  ],
  AccessDenied: DENIED,
  Forbidden: DENIED,
  AllAccessDisabled: DENIED,
  InvalidAccessKeyId: UNKNOWN_KEYS,
  SignatureDoesNotMatch: ['unavailable', 'the secret key does not match the access key', BAD_KEYS],
  InvalidToken: BAD_TOKEN,
  InvalidTokenId: BAD_TOKEN,
  InvalidSecurity: BAD_TOKEN,
  InvalidSecurityToken: BAD_TOKEN,
  InvalidClientTokenId: BAD_TOKEN,
  UnrecognizedClientException: BAD_TOKEN,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  RequestTimeTooSkewed: CLOCK,
  RequestExpired: CLOCK,
  CredentialsProviderError: NO_KEYS,
  TokenProviderError: NO_KEYS,
  XMinioStorageFull: FULL,
  XMinioAdminBucketQuotaExceeded: FULL,
  QuotaExceeded: FULL,
  InsufficientStorage: FULL,
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  CERT_HAS_EXPIRED: CERTIFICATE,
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'unavailable',
    "the server's certificate is for another host",
    'Check --endpoint; for a bucket with dots in its name add --path-style.',
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  EPROTO: NO_TLS,
};

const STATUSES: Readonly<Record<number, ErrorRow>> = { 403: DENIED, 507: FULL };

/** Messages that add nothing to ours. */
const VAGUE =
  /^(access denied\.?|unknownerror|unknown|could not load credentials from any providers)?$|deserialization error/i;
/** Longest quote of a store's message. */
const MAX_QUOTE = 300;

const WRONG_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);

function errorRow(error: S3ErrorDetails, request: S3Request): ErrorRow {
  const { code, status, message, region } = error;
  if (status === 301 || WRONG_REGION.has(code)) {
    const where = region === undefined ? '' : `: it is in ${region}`;
    return [
      'unavailable',
      `the bucket is not in this region${where}`,
      `Set --region ${region ?? "to the bucket's own"}.`,
    ];
  }
  const token = status !== undefined && /(security|session)[- ]?token/i.test(message) ? BAD_TOKEN : undefined;
  const known = ROWS[code] ?? unsupported(error, request) ?? token ?? STATUSES[status ?? 0];
  if (known) return known;
  if (status !== undefined && /Deserialization error/.test(message))
    return [
      'unavailable',
      `the server there is not an S3 server (status ${status})`,
      "Check --endpoint; MinIO's console and its S3 service have different ports.",
    ];
  return [
    'failed',
    `${status === undefined ? '' : `${status} `}${code}: ${message}`,
    'Look at the log of the store; if it does not explain it, report this.',
  ];
}

/** Our message, plus the store's own (or that of the search for credentials) if it has one. */
function withStoreMessage(what: string, { status, message }: S3ErrorDetails, isAboutKeys: boolean): string {
  const quote = message.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if ((status === undefined && !isAboutKeys) || VAGUE.test(quote) || what.includes(message)) return what;
  return `${what} (${quote.length > MAX_QUOTE ? `${quote.slice(0, MAX_QUOTE)}...` : quote})`;
}

/** An SDK error as a UserError. `place`: the requested URL. */
export function s3Error(error: unknown, place: string, request: S3Request): UserError {
  if (error instanceof UserError) return error;
  const all = errorDetails(error);
  const row = errorRow(all, request);
  const [code, what, hint] = row;
  const text = `cannot use ${place}: ${withStoreMessage(what, all, row === NO_KEYS)}`;
  return new UserError(code, text, hint, false, { cause: error });
}

/** Whether the server's URL contains the bucket as well, at the end of the path or before the host. */
function containsBucket(endpoint: string | undefined, bucket: string): boolean {
  if (endpoint === undefined) return false;
  const { hostname, pathname } = new URL(endpoint);
  return pathname.endsWith(`/${bucket}`) || hostname.startsWith(`${bucket}.`);
}

/**
 * The error of the first listing as a UserError. If `--endpoint` contains the bucket as well, the request looks for an
 * object of that name. The answer decides, because the path of a gateway may end with the name of a bucket.
 */
export function listingError(error: unknown, bucket: string, endpoint: string | undefined): UserError {
  const listError = s3Error(error, `s3://${bucket}`, { kind: 'list', checksums: false, conditional: false });
  const all = errorDetails(error);
  if (error instanceof UserError || ![400, 404, 405].includes(all.status ?? 0)) return listError;
  const twice = all.code === 'NoSuchKey' || containsBucket(endpoint, bucket);
  if (!twice && (all.status !== 404 || ROWS[all.code] !== undefined)) return listError;
  const [what, hint] = twice
    ? [
        `the server finds no bucket there; --endpoint seems to contain the bucket ${bucket} as well`,
        `Remove the bucket from --endpoint (neither /${bucket} at the end nor ${bucket}. before the host); --url names it.`,
      ]
    : ['the server has no S3 service at that path', 'Check the path of --endpoint.'];
  return new UserError(
    'usage',
    `cannot use s3://${bucket}: ${withStoreMessage(what, all, false)}`,
    hint,
    false,
    {
      cause: error,
    },
  );
}
