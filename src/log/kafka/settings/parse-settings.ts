import type { Settings } from '../../../core/option.ts';
import { envSource, findOption, type OptionSource, parseOption } from '../../../core/resolve-option.ts';
import { KAFKA_KEYS, KAFKA_OPTIONS, KAFKA_SECRETS, type KafkaKey, kafkaEnvName } from './options.ts';

type Texts = Readonly<Record<string, string>>;
type Secret = keyof typeof KAFKA_SECRETS;

/** Unparsed settings. Precedence: options, query, env, defaults. */
export interface RawKafkaSettings {
  /** From the URL. */
  readonly brokers: readonly string[];
  /** The URL's query, by key. */
  readonly query: Texts;
  /** From `--kafka-option` and flags, by key. */
  readonly options: Texts;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a text file. Throws Error if it cannot be read. */
  readonly readFile: (path: string) => string;
  /** `; did you mean linger?`, or ''. */
  readonly didYouMean?: (word: string, candidates: readonly string[]) => string;
}

const keyOf = (flag: string): KafkaKey => flag.slice(2) as KafkaKey;

/** In order of precedence. A setting with an empty text needs a value. */
function sourcesOf({ options, query, env }: RawKafkaSettings): readonly OptionSource[] {
  const texts =
    (from: 'flag' | 'query', found: Texts, whereOf: (key: string) => string): OptionSource =>
    ({ flag }) => {
      const key = keyOf(flag);
      return Object.hasOwn(found, key)
        ? { text: found[key] || undefined, where: whereOf(key), from }
        : undefined;
    };
  return [
    texts('flag', options, (key) => `--kafka-option ${key}`),
    texts('query', query, (key) => `${key} in --bus`),
    envSource(env, ({ flag }) => kafkaEnvName(keyOf(flag))),
  ];
}

const SECRET_FILES: ReadonlySet<KafkaKey> = new Set(Object.values(KAFKA_SECRETS).map(({ file }) => file));
export const secretHint = (secret: Secret): string =>
  `set ${KAFKA_SECRETS[secret].env[0]}, or name a file with ${KAFKA_SECRETS[secret].file}=FILE`;

/** Unknown keys, and secrets where every user can read them. */
function unknownKeys(texts: Texts, where: string, { didYouMean }: RawKafkaSettings): string[] {
  return Object.keys(texts).flatMap((key) => {
    if (Object.hasOwn(KAFKA_OPTIONS, key)) return [];
    if (!Object.hasOwn(KAFKA_SECRETS, key)) {
      const hint = didYouMean?.(key, KAFKA_KEYS) || `; valid: ${KAFKA_KEYS.join(', ')}`;
      return [`${where}: Kafka has no setting '${key}'${hint}`];
    }
    return [`${where}: ${key} would be visible to other users there; ${secretHint(key as Secret)}`];
  });
}

const BROKER = /^([\w.-]+)(?::(\d{1,5}))?$/;

function brokerProblems(brokers: readonly string[]): string[] {
  return brokers.flatMap((broker, at) => {
    const [, host, port] = BROKER.exec(broker) ?? [];
    if (host === undefined || Number(port) > 65_535)
      return [`--bus: broker ${at + 1} is not host:port; write kafka://host:9092,host:9092`];
    return port === undefined ? [`--bus: broker ${host} has no port; write ${host}:9092`] : [];
  });
}

/** Parsed values and the problems found. */
export interface ParsedKafkaSettings {
  readonly values: Settings<typeof KAFKA_OPTIONS>;
  readonly problems: string[];
  /** Whether the setting was given, valid or not. */
  readonly has: (key: KafkaKey) => boolean;
  /** Whether a problem was reported for it. */
  readonly wrong: (key: KafkaKey) => boolean;
  readonly report: (key: KafkaKey, text: string) => undefined;
  /** The text of the file that a key names; undefined, with a problem reported, if it cannot be read. */
  readonly file: (key: KafkaKey) => string | undefined;
  readonly secret: (name: Secret) => string | undefined;
}

export function parseKafkaSettings(given: RawKafkaSettings): ParsedKafkaSettings {
  const problems = [
    ...brokerProblems(given.brokers),
    ...unknownKeys(given.options, '--kafka-option', given),
    ...unknownKeys(given.query, '--bus', given),
  ];
  const sources = sourcesOf(given);
  const found = new Map(KAFKA_KEYS.map((key) => [key, findOption(KAFKA_OPTIONS[key], sources)]));
  const wrong = new Set<KafkaKey>();
  const report = (key: KafkaKey, text: string): undefined => {
    wrong.add(key);
    problems.push(`${found.get(key)?.where ?? key}: ${text}`);
  };

  function parse(key: KafkaKey): unknown {
    const option = KAFKA_OPTIONS[key];
    const text = found.get(key);
    if (text === undefined) return option.fallback;
    const parsed = parseOption(option, text);
    if ('value' in parsed) return parsed.value;
    report(key, parsed.wrong);
    return option.fallback;
  }

  function file(key: KafkaKey): string | undefined {
    const path = found.get(key)?.text;
    if (!path) return undefined;
    try {
      return given.readFile(path);
    } catch (error) {
      // The path may be a secret that was given by mistake: do not repeat it.
      const shown = SECRET_FILES.has(key) ? 'the file it names' : path;
      return report(key, `cannot read ${shown} (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
    }
  }

  /** A file named in a flag or the URL takes precedence over the environment. */
  function secret(name: Secret): string | undefined {
    const { file: key, env } = KAFKA_SECRETS[name];
    const [own, ...usual] = env.map((variable) => given.env[variable] || undefined);
    const from = found.get(key)?.from;
    if (own !== undefined && (from === undefined || from === 'env')) return own;
    if (from === undefined) return usual.find((text) => text !== undefined);
    const text = file(key)?.replace(/\r?\n$/, '');
    return text === '' ? report(key, 'the file is empty') : text;
  }

  const values = Object.fromEntries(KAFKA_KEYS.map((key) => [key, parse(key)]));
  return {
    values: values as ParsedKafkaSettings['values'],
    problems,
    has: (key) => found.get(key) !== undefined,
    wrong: (key) => wrong.has(key),
    report,
    file,
    secret,
  };
}
