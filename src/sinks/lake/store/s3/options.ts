import { choice, type Option, optionalText, type Settings, toggle } from '../../../../core/option.ts';
import { type BucketAddress, parseAddress, parseEndpoint } from './address.ts';

const url: Option<BucketAddress | undefined> = {
  ...optionalText(
    '--url',
    '<s3://bucket/prefix>',
    'Where the tables go: each dataset is one under the prefix.',
  ),
  fallback: undefined,
  parse: parseAddress,
};

const endpoint: Option<string | undefined> = {
  ...optionalText('--endpoint', '<url>', 'Server other than Amazon S3: MinIO, Ceph, R2.', {
    env: ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL', 'MINIO_URL'],
  }),
  parse: parseEndpoint,
};

const pathStyle: Option<boolean | undefined> = {
  ...toggle(
    '--path-style',
    'The bucket stands in the path, not in the host name; so with --endpoint, unless --path-style=false.',
  ),
  fallback: undefined,
};

const sums = choice(
  '--s3-checksum',
  ['when_supported', 'when_required'],
  'Whether uploads carry CRC32 sums; when_required for stores that refuse them (default: what the AWS profile says, else when_supported).',
  'when_supported',
);

/** Undefined leaves it to the SDK, which reads the profile. In any case of letters, as the AWS tools take it. */
const s3Checksum: Option<'when_supported' | 'when_required' | undefined> = {
  ...sums,
  env: ['AWS_REQUEST_CHECKSUM_CALCULATION'],
  fallback: undefined,
  fallbackText: '',
  parse: (text) => sums.parse(text.toLowerCase()),
};

/** Which bucket, and how its server is spoken to. */
export const bucketOptions = {
  url,
  endpoint,
  region: optionalText(
    '--region',
    '<name>',
    'Region of the bucket (default: that of the profile that gives the keys, else us-east-1).',
    { env: ['AWS_REGION', 'AWS_DEFAULT_REGION'] },
  ),
  pathStyle,
  s3Checksum,
};

export const s3Options = {
  ...bucketOptions,
  createBucket: toggle('--create-bucket', 'Make the bucket when there is none.'),
};

export type S3Settings = Settings<typeof s3Options>;
