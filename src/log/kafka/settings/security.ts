import { kafkaEnvName } from './options.ts';
import { type Reading, remedyFor } from './reading.ts';
import type { SaslSettings, TlsSettings } from './settings.ts';

/** How to log in; undefined for nobody, or with a complaint. */
export function readSasl({ values, has, wrong, complain, secret }: Reading): SaslSettings | undefined {
  const { sasl: mechanism, user: username, region } = values;
  if (mechanism === undefined) {
    const alone = (['user', 'password-file'] as const).find(has);
    if (alone !== undefined && !has('sasl'))
      complain(alone, 'is for logging in; say how: sasl=plain, scram-sha-256 or scram-sha-512');
    return undefined;
  }
  if (mechanism === 'aws-msk-iam')
    return region === undefined
      ? complain('sasl', 'aws-msk-iam needs the region; add region=REGION, or set AWS_REGION')
      : { mechanism, region };
  const password = secret('password');
  if (username === undefined && !wrong('user'))
    complain('sasl', `${mechanism} needs a user; add user=NAME, or set ${kafkaEnvName('user')}`);
  if (password === undefined && !wrong('password-file'))
    complain('sasl', `${mechanism} needs a password; ${remedyFor('password')}`);
  return username === undefined || password === undefined ? undefined : { mechanism, username, password };
}

const TLS_KEYS = ['ca', 'cert', 'key', 'key-passphrase-file', 'server-name'] as const;

/** Undefined for plain text, or with a complaint. */
export function readTls({ values, has, complain, file, secret }: Reading): TlsSettings | undefined {
  const reason = TLS_KEYS.find(has) ?? (values.sasl === 'aws-msk-iam' ? 'sasl=aws-msk-iam' : undefined);
  if (values.tls === false && reason !== undefined)
    return complain('tls', `false, but ${reason} needs TLS; leave one of them out`);
  if (values.tls !== true && reason === undefined) return undefined;
  const pem = (key: 'ca' | 'cert' | 'key') => {
    const text = file(key);
    if (text !== undefined && !text.includes('-----BEGIN '))
      return complain(key, `${values[key]} is no PEM file: it should hold -----BEGIN ...`);
    return text;
  };
  const texts = { ca: pem('ca'), cert: pem('cert'), key: pem('key') };
  if (has('cert') && !has('key')) complain('cert', 'needs its key; add key=FILE');
  if (has('key') && !has('cert')) complain('key', 'needs its certificate; add cert=FILE');
  return { ...texts, passphrase: secret('key-passphrase'), serverName: values['server-name'] };
}
