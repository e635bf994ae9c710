import type { Settings } from '../../../core/option.ts';
import { KAFKA_KEYS, KAFKA_OPTIONS, KAFKA_SECRETS, type KafkaKey, kafkaEnvName } from './options.ts';

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
export const remedyFor = (secret: Secret): string =>
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
export interface Reading {
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

export function readTexts(given: GivenKafka): Reading {
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
