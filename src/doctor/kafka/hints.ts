import type { KafkaSettings } from '../../log/kafka/settings/settings.ts';

/** Commands that mend this cluster, ready to be copied. */
export interface Remedies {
  /** `cryptopipe topics create prices --update`, and where. */
  topics(words: string): string;
  /** The same for each of some topics; `words` gets the name as the shell sees it. */
  eachTopic(names: readonly string[], words: (name: string) => string): string;
  /** One of Kafka's own tools: `kafka-configs.sh --alter ...`. */
  tool(name: string, words: string): string;
  /** Lets the user that is logged in do something: `--operation Describe --topic prices`. */
  allow(words: string): string;
}

/** A setting of this program, `replication=3`, as a sentence. */
export const option = (pair: string): string => `Add --kafka-option ${pair} to the commands of the pipeline.`;

/** A word for a POSIX shell. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** `busUrl`: as the user gave it. It holds no secret (bus-url.ts refuses them). */
export function remediesFor({ brokers, tls, sasl }: KafkaSettings, busUrl: string): Remedies {
  const bus = `--bus ${quote(busUrl)}`;
  const login = tls || sasl ? ' --command-config client.properties' : '';
  const topics = (words: string) => `cryptopipe topics ${words} ${bus}`;
  const tool = (name: string, words: string) =>
    `${name}.sh --bootstrap-server ${brokers.join(',')}${login} ${words}`;
  const user = sasl && 'username' in sasl ? sasl.username : 'NAME';
  return {
    topics,
    eachTopic: ([first = '', ...more], words) =>
      more.length === 0
        ? topics(words(quote(first)))
        : `for t in ${[first, ...more].map(quote).join(' ')}; do ${topics(words('$t'))}; done`,
    tool,
    allow: (words) => tool('kafka-acls', `--add --allow-principal ${quote(`User:${user}`)} ${words}`),
  };
}
