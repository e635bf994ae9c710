import { kafkaEnvName } from './options.ts';
import { type ParsedKafkaSettings, secretHint } from './parse-settings.ts';
import type { SaslSettings, TlsSettings } from './settings.ts';

/** SASL settings; undefined without a login, or with a problem reported. */
export function readSasl({
  values,
  has,
  wrong,
  report,
  secret,
}: ParsedKafkaSettings): SaslSettings | undefined {
  const { sasl: mechanism, user: username, region } = values;
  if (mechanism === undefined) {
    const orphan = (['user', 'password-file'] as const).find(has);
    if (orphan !== undefined && !has('sasl'))
      report(orphan, 'needs a SASL mechanism; add sasl=plain, scram-sha-256 or scram-sha-512');
    return undefined;
  }
  if (mechanism === 'aws-msk-iam')
    return region === undefined
      ? report('sasl', 'aws-msk-iam needs a region; add region=REGION, or set AWS_REGION')
      : { mechanism, region };
  const password = secret('password');
  if (username === undefined && !wrong('user'))
    report('sasl', `${mechanism} needs a user; add user=NAME, or set ${kafkaEnvName('user')}`);
  if (password === undefined && !wrong('password-file'))
    report('sasl', `${mechanism} needs a password; ${secretHint('password')}`);
  return username === undefined || password === undefined ? undefined : { mechanism, username, password };
}

const TLS_KEYS = ['ca', 'cert', 'key', 'key-passphrase-file', 'server-name'] as const;

/** TLS settings; undefined for plaintext, or with a problem reported. */
export function readTls({ values, has, report, file, secret }: ParsedKafkaSettings): TlsSettings | undefined {
  const reason = TLS_KEYS.find(has) ?? (values.sasl === 'aws-msk-iam' ? 'sasl=aws-msk-iam' : undefined);
  if (values.tls === false && reason !== undefined)
    return report('tls', `false, but ${reason} needs TLS; omit one of them`);
  if (values.tls !== true && reason === undefined) return undefined;
  const pem = (key: 'ca' | 'cert' | 'key') => {
    const text = file(key);
    if (text !== undefined && !text.includes('-----BEGIN '))
      return report(key, `${values[key]} is not a PEM file: it should contain -----BEGIN ...`);
    return text;
  };
  const texts = { ca: pem('ca'), cert: pem('cert'), key: pem('key') };
  if (has('cert') && !has('key')) report('cert', 'needs its key; add key=FILE');
  if (has('key') && !has('cert')) report('key', 'needs its certificate; add cert=FILE');
  return { ...texts, passphrase: secret('key-passphrase'), serverName: values['server-name'] };
}
