import { choice, type Option, optionalText, type Settings, toggle } from '../../../../core/option.ts';
import { type BucketAddress, parseAddress, parseEndpoint } from './address.ts';

const url: Option<BucketAddress | undefined> = {
  ...optionalText(
    '--url',
    '<s3://bucket/prefix>',
    'Where to write the tables: one per dataset, below the prefix.',
  ),
  fallback: undefined,
  parse: parseAddress,
};

const endpoint: Option<string | undefined> = {
  ...optionalText('--endpoint', '<url>', 'Server, if not Amazon S3: MinIO, Ceph, R2.', {
    env: ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL', 'MINIO_URL'],
  }),
  parse: parseEndpoint,
};

const pathStyle: Option<boolean | undefined> = {
  ...toggle(
    '--path-style',
    'Put the bucket into the path, not the host name; on with --endpoint unless --path-style=false.',
  ),
  fallback: undefined,
};

const sums = choice(
  '--s3-checksum',
  ['when_supported', 'when_required'],
  'Whether uploads have CRC32 checksums; when_required for stores that refuse them (default: from the AWS profile, else when_supported).',
  'when_supported',
);

/** Undefined leaves it to the SDK, which reads the profile. Case-insensitive, as in the AWS tools. */
const s3Checksum: Option<'when_supported' | 'when_required' | undefined> = {
  ...sums,
  env: ['AWS_REQUEST_CHECKSUM_CALCULATION'],
  fallback: undefined,
  fallbackText: '',
  parse: (text) => sums.parse(text.toLowerCase()),
};

/** The bucket and its server. */
export const bucketOptions = {
  url,
  endpoint,
  region: optionalText(
    '--region',
    '<name>',
    'Region of the bucket (default: from the profile that gives the keys, else us-east-1).',
    { env: ['AWS_REGION', 'AWS_DEFAULT_REGION'] },
  ),
  pathStyle,
  s3Checksum,
};

export const s3Options = {
  ...bucketOptions,
  createBucket: toggle('--create-bucket', 'Create the bucket if it is missing.'),
};

export type S3Settings = Settings<typeof s3Options>;
