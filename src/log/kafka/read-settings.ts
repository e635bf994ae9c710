import type { Settings } from '../../core/option.ts';
import { formatSpan } from '../../core/time.ts';
import { KAFKA_KEYS, KAFKA_OPTIONS, KAFKA_SECRETS, type KafkaKey, kafkaEnvName } from './options.ts';
import type { KafkaSettings, SaslSettings, TlsSettings } from './settings.ts';

type Texts = Readonly<Record<string, string>>;
type Secret = keyof typeof KAFKA_SECRETS;

/** Where settings come from. They count in this order: options, query, env, the defaults. */
export interface GivenKafka {
  /** As the URL has them. */
  readonly brokers: readonly string[];
  /** Of the URL, by key. */
  readonly query: Texts;
  /** From `--kafka-option` and flags, by key. */
  readonly options: Texts;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file. Throws Error when it cannot be read. */
  readonly readFile: (path: string) => string;
  /** `; did you mean linger?`, or nothing. */
  readonly didYouMean?: (word: string, candidates: readonly string[]) => string;
}

export type ReadKafka =
  | { readonly settings: KafkaSettings; readonly complaints: readonly [] }
  /** All that is wrong, each in one line with what to do; no line holds a secret. */
  | { readonly settings: undefined; readonly complaints: readonly string[] };

/** A setting's text and the place it stands in, in words. */
interface Found {
  readonly text: string;
  readonly where: string;
  readonly from: 'options' | 'query' | 'env';
}

function find({ options, query, env }: GivenKafka, key: KafkaKey): Found | undefined {
  if (Object.hasOwn(options, key))
    return { text: options[key]!, where: `--kafka-option ${key}`, from: 'options' };
  if (Object.hasOwn(query, key)) return { text: query[key]!, where: `${key} in --bus`, from: 'query' };
  const name = [kafkaEnvName(key), ...KAFKA_OPTIONS[key].env].find((candidate) => env[candidate]);
  return name === undefined ? undefined : { text: env[name]!, where: name, from: 'env' };
}

const SECRET_FILES: ReadonlySet<KafkaKey> = new Set(Object.values(KAFKA_SECRETS).map(({ file }) => file));
const remedyFor = (secret: Secret): string =>
  `set ${KAFKA_SECRETS[secret].env[0]}, or name a file with ${KAFKA_SECRETS[secret].file}=FILE`;

/** Keys that are none, and secrets where everyone can read them. */
function strangeKeys(texts: Texts, where: string, { didYouMean }: GivenKafka): string[] {
  return Object.keys(texts).flatMap((key) => {
    if (Object.hasOwn(KAFKA_OPTIONS, key)) return [];
    if (!Object.hasOwn(KAFKA_SECRETS, key)) {
      const hint = didYouMean?.(key, KAFKA_KEYS) || `; there are ${KAFKA_KEYS.join(', ')}`;
      return [`${where}: Kafka has no setting '${key}'${hint}`];
    }
    return [`${where}: ${key} would be seen by others there; ${remedyFor(key as Secret)}`];
  });
}

const BROKER = /^([\w.-]+)(?::(\d{1,5}))?$/;

function brokerComplaints(brokers: readonly string[]): string[] {
  return brokers.flatMap((broker, at) => {
    const [, host, port] = BROKER.exec(broker) ?? [];
    if (host === undefined || Number(port) > 65_535)
      return [`--bus: broker ${at + 1} is not host:port; write kafka://host:9092,host:9092`];
    return port === undefined ? [`--bus: broker ${host} has no port; write ${host}:9092`] : [];
  });
}

/** Texts as values, and the complaints on the way. */
interface Reading {
  readonly values: Settings<typeof KAFKA_OPTIONS>;
  readonly complaints: string[];
  /** Given somewhere, rightly or wrongly. */
  readonly has: (key: KafkaKey) => boolean;
  /** Has been complained about. */
  readonly wrong: (key: KafkaKey) => boolean;
  readonly complain: (key: KafkaKey, text: string) => undefined;
  /** The text of the file that a key names; undefined with a complaint when it cannot be read. */
  readonly file: (key: KafkaKey) => string | undefined;
  readonly secret: (name: Secret) => string | undefined;
}

function readTexts(given: GivenKafka): Reading {
  const complaints = [
    ...brokerComplaints(given.brokers),
    ...strangeKeys(given.options, '--kafka-option', given),
    ...strangeKeys(given.query, '--bus', given),
  ];
  const found = new Map(KAFKA_KEYS.map((key) => [key, find(given, key)]));
  const wrong = new Set<KafkaKey>();
  const complain = (key: KafkaKey, text: string): undefined => {
    wrong.add(key);
    complaints.push(`${found.get(key)?.where ?? key}: ${text}`);
  };

  function parse(key: KafkaKey): unknown {
    const option = KAFKA_OPTIONS[key];
    const text = found.get(key)?.text;
    if (text === undefined) return option.fallback;
    try {
      if (text === '') throw new RangeError(`needs a value: ${option.placeholder ?? 'true or false'}`);
      return option.parse(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      complain(key, error.message);
      return option.fallback;
    }
  }

  function file(key: KafkaKey): string | undefined {
    const path = found.get(key)?.text;
    if (!path) return undefined;
    try {
      return given.readFile(path);
    } catch (error) {
      // A secret put where its file belongs is not repeated.
      const shown = SECRET_FILES.has(key) ? 'the file it names' : path;
      return complain(key, `cannot read ${shown} (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
    }
  }

  /** A file named in a flag or the URL counts before the environment, as everything does. */
  function secret(name: Secret): string | undefined {
    const { file: key, env } = KAFKA_SECRETS[name];
    const [own, ...usual] = env.map((variable) => given.env[variable] || undefined);
    const from = found.get(key)?.from;
    if (own !== undefined && (from === undefined || from === 'env')) return own;
    if (from === undefined) return usual.find((text) => text !== undefined);
    const text = file(key)?.replace(/\r?\n$/, '');
    return text === '' ? complain(key, 'the file is empty') : text;
  }

  const values = Object.fromEntries(KAFKA_KEYS.map((key) => [key, parse(key)]));
  return {
    values: values as Reading['values'],
    complaints,
    has: (key) => found.get(key) !== undefined,
    wrong: (key) => wrong.has(key),
    complain,
    file,
    secret,
  };
}

function readSasl({ values, has, wrong, complain, secret }: Reading): SaslSettings | undefined {
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

function readTls({ values, has, complain, file, secret }: Reading): TlsSettings | undefined {
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

function judgeHeartbeat({ values, has, wrong, complain }: Reading): void {
  const { heartbeat, 'session-timeout': session } = values;
  if (wrong('heartbeat') || wrong('session-timeout') || heartbeat * 3 < session) return;
  complain(
    has('heartbeat') ? 'heartbeat' : 'session-timeout',
    `a heartbeat of ${formatSpan(heartbeat)} is not below a third of session-timeout ${formatSpan(session)}; one that is late would look like a dead process`,
  );
}

/** All settings of Kafka, or all that is wrong with them. */
export function readKafkaSettings(given: GivenKafka): ReadKafka {
  const reading = readTexts(given);
  const { values, complaints } = reading;
  judgeHeartbeat(reading);
  const settings: KafkaSettings = {
    brokers: [...new Set(given.brokers)],
    clientId: values['client-id'],
    tls: readTls(reading),
    sasl: readSasl(reading),
    compression: values.compression,
    lingerMs: values.linger,
    batchBytes: values['batch-bytes'],
    fetchBytes: values['fetch-bytes'],
    sessionTimeoutMs: values['session-timeout'],
    heartbeatMs: values.heartbeat,
    rebalanceTimeoutMs: values['rebalance-timeout'],
    transactionTimeoutMs: values['transaction-timeout'],
    connectTimeoutMs: values['connect-timeout'],
    requestTimeoutMs: values['request-timeout'],
    replication: values.replication,
  };
  return complaints.length > 0 ? { settings: undefined, complaints } : { settings, complaints: [] };
}
