import { Problem, type ProblemCode } from '../../../core/problem.ts';
import { type Told, told } from './errors.ts';

type Row = readonly [code: ProblemCode, what: string, remedy: string];

const FULL: Row = [
  'disk-full',
  'the store is full, or its quota is used up',
  'Make room there and start again; nothing was committed.',
];
const BAD_KEYS =
  'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or MINIO_ACC_KEY and MINIO_SEC_KEY, or the profile in AWS_PROFILE).';
const EXPIRED: Row = [
  'unavailable',
  'the credentials have expired',
  'Get new ones (aws sso login, or a new AWS_SESSION_TOKEN) and start again; nothing is lost.',
];
const CLOCK: Row = [
  'unavailable',
  "this machine's clock and the store's differ by more than 15 minutes",
  'Set the clock (timedatectl set-ntp true) and start again; nothing is lost.',
];
const CERTIFICATE: Row = [
  'unavailable',
  "the server's certificate is not trusted",
  'Name the file of its authority in NODE_EXTRA_CA_CERTS, or renew the certificate.',
];
const NO_TLS: Row = [
  'unavailable',
  'the server does not speak TLS there',
  'Check http:// or https:// and the port of --endpoint.',
];
const NO_KEYS: Row = [
  'unavailable',
  'no credentials were found',
  'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or MINIO_ACC_KEY and MINIO_SEC_KEY, or NAME_FILE for each), ' +
    'name a profile of ~/.aws in AWS_PROFILE, or run where an instance, container or web identity role gives them.',
];
const DENIED: Row = [
  'unavailable',
  'these credentials do not allow it',
  'Allow them s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on its objects.',
];
const UNKNOWN_KEYS: Row = ['unavailable', 'the server does not know the access key', BAD_KEYS];
const NO_BUCKET: Row = [
  'unavailable',
  'there is no such bucket',
  'Check --url and --endpoint, or let sink s3 make it with --create-bucket.',
];

const ROWS: Readonly<Record<string, Row>> = {
  NoSuchBucket: NO_BUCKET,
  InvalidBucketName: [
    'usage',
    'the server refuses the name of the bucket',
    'Choose another bucket in --url.',
  ],
  BucketAlreadyExists: [
    'unavailable',
    'the bucket belongs to somebody else',
    'Choose another name in --url: they are shared by all accounts.',
  ],
  AccessDenied: DENIED,
  Forbidden: DENIED,
  AllAccessDisabled: DENIED,
  InvalidAccessKeyId: UNKNOWN_KEYS,
  SignatureDoesNotMatch: ['unavailable', 'the secret key does not fit the access key', BAD_KEYS],
  InvalidToken: [
    'unavailable',
    'the server refuses the session token',
    'Check AWS_SESSION_TOKEN, or unset it.',
  ],
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
  ERR_TLS_CERT_ALTNAME_INVALID: CERTIFICATE,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  EPROTO: NO_TLS,
  NotImplemented: [
    'usage',
    'the store does not know conditional writes (If-None-Match)',
    'Use a newer store, or --table plain, which writes Parquet without a Delta log, at least once.',
  ],
};

const STATUSES: Readonly<Record<number, Row>> = { 403: DENIED, 507: FULL };

/** Where the message may say more: which right is missing, which profile. */
const TELLING: ReadonlySet<Row> = new Set([DENIED, NO_KEYS]);
const VAGUE = /^(access denied\.?|unknownerror|unknown|could not load credentials from any providers)?$/i;

const WRONG_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);

function rowOf({ code, status, message, region }: Told): Row {
  if (status === 301 || WRONG_REGION.has(code)) {
    const where = region === undefined ? '' : `: it is in ${region}`;
    return [
      'unavailable',
      `the bucket is not in this region${where}`,
      `Set --region ${region ?? "to the bucket's own"}.`,
    ];
  }
  const known = ROWS[code] ?? STATUSES[status ?? 0];
  if (known) {
    const [kind, what, remedy] = known;
    return [kind, TELLING.has(known) && !VAGUE.test(message) ? `${what} (${message})` : what, remedy];
  }
  if (status !== undefined && /Deserialization error/.test(message))
    return [
      'unavailable',
      `what answers there is no S3 server (status ${status})`,
      "Check --endpoint; MinIO's console has another port than its S3 service.",
    ];
  return [
    'failed',
    `${status === undefined ? '' : `${status} `}${code}: ${message}`,
    'Look at the log of the store; if it does not explain it, report this.',
  ];
}

/** An error of the SDK as a Problem. `place`: the URL of what was asked for. */
export function s3Problem(error: unknown, place: string): Problem {
  if (error instanceof Problem) return error;
  const [code, what, remedy] = rowOf(told(error));
  return new Problem(code, `cannot use ${place}: ${what}`, remedy, false, { cause: error });
}
