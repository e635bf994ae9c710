/** A folder on this machine. */
export interface LocalBus {
  readonly kind: 'local';
  readonly dir: string;
}

/** A cluster, as the URL names it; read-settings.ts judges both. */
export interface KafkaBus {
  readonly kind: 'kafka';
  readonly brokers: readonly string[];
  /** Settings by key. */
  readonly query: Readonly<Record<string, string>>;
}

/** Where the topics are. */
export type Bus = LocalBus | KafkaBus;

const FORMS = 'write local:DIR or kafka://HOST:PORT,HOST:PORT';

/** A folder as the shell or another program would read it, which stays a name here: nothing of it is expanded. */
function judgeFolder(dir: string): void {
  if (/^~(?:[\w.-]*)(?:\/|$)/.test(dir))
    throw new RangeError(
      "'~' stands for no home in local:DIR; write local:$HOME/DIR, or local:./~ for a folder of that name",
    );
  if (/^\/\/[^/]/.test(dir) || /^[a-z][a-z0-9+.-]*:\/\//i.test(dir))
    throw new RangeError(`what follows 'local:' is a URL, not a folder; ${FORMS}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RangeError('the query of the URL is not percent-encoded as it should be; write %25 for %');
  }
}

function parseKafka(rest: string): KafkaBus {
  const [place = '', query = ''] = rest.split(/\?(.*)/s);
  if (rest.includes('@') || /%40/.test(place))
    throw new RangeError(
      "the URL holds a user or an '@'; write kafka://HOST:PORT?sasl=scram-sha-256&user=NAME, with the password in CRYPTOPIPE_KAFKA_PASSWORD or a file (password-file=FILE), and %40 for an '@'",
    );
  const hosts = place.replace(/\/$/, '');
  if (hosts.includes('/')) throw new RangeError(`the URL holds more than brokers; ${FORMS}`);
  const brokers = hosts.split(',').filter((broker) => broker !== '');
  if (brokers.length === 0) throw new RangeError(`the URL names no broker; ${FORMS}`);
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [key = '', value = ''] = pair.split(/=(.*)/s);
      return [decode(key), decode(value)] as const;
    });
  const keys = pairs.map(([key]) => key);
  if (new Set(keys).size < keys.length)
    throw new RangeError('the query of the URL holds a key more than once; leave one of them');
  return { kind: 'kafka', brokers, query: Object.fromEntries(pairs) };
}

/**
 * `local:DIR` or `kafka://host:port,host:port[?key=value&...]`. Throws RangeError that repeats nothing of a URL: it may
 * hold a password.
 */
export function parseBus(text: string): Bus {
  const [, scheme, rest = ''] = /^([a-z]+):(.*)$/s.exec(text) ?? [];
  if (scheme === 'kafka') {
    if (!rest.startsWith('//')) throw new RangeError(`the slashes after 'kafka:' are missing; ${FORMS}`);
    return parseKafka(rest.slice(2));
  }
  if (scheme !== 'local')
    throw new RangeError(`${scheme ? `'${scheme}:' is no kind of bus` : 'that is no bus'}; ${FORMS}`);
  if (rest === '') throw new RangeError(`'local:' names no folder; ${FORMS}`);
  judgeFolder(rest);
  return { kind: 'local', dir: rest };
}
