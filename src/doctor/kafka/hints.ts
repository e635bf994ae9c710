import type { KafkaSettings } from '../../log/kafka/settings/settings.ts';

/** Builds commands that fix this cluster, ready to paste. */
export interface HintCommands {
  /** `cryptopipe topics create prices --update`, with `--bus`. */
  topics(words: string): string;
  /** The same for several topics; `words` receives the topic name as quoted for the shell. */
  eachTopic(names: readonly string[], words: (name: string) => string): string;
  /** One of Kafka's own tools: `kafka-configs.sh --alter ...`. */
  tool(name: string, words: string): string;
  /** Grants the logged-in user an operation: `--operation Describe --topic prices`. */
  allow(words: string): string;
}

/** Suggests a setting such as `replication=3`. */
export const optionHint = (pair: string): string => `Add --kafka-option ${pair} to the pipeline's commands.`;

/** Quotes a word for a POSIX shell. */
export const quoteForShell = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** `busUrl` is the user's own spelling. It holds no secret: bus-url.ts refuses them. */
export function hintCommands({ brokers, tls, sasl }: KafkaSettings, busUrl: string): HintCommands {
  const bus = `--bus ${quoteForShell(busUrl)}`;
  const login = tls || sasl ? ' --command-config client.properties' : '';
  const topics = (words: string) => `cryptopipe topics ${words} ${bus}`;
  const tool = (name: string, words: string) =>
    `${name}.sh --bootstrap-server ${brokers.join(',')}${login} ${words}`;
  const user = sasl && 'username' in sasl ? sasl.username : 'NAME';
  return {
    topics,
    eachTopic: ([first = '', ...more], words) =>
      more.length === 0
        ? topics(words(quoteForShell(first)))
        : `for t in ${[first, ...more].map(quoteForShell).join(' ')}; do ${topics(words('$t'))}; done`,
    tool,
    allow: (words) => tool('kafka-acls', `--add --allow-principal ${quoteForShell(`User:${user}`)} ${words}`),
  };
}
