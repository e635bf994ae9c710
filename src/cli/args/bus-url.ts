import { localPath } from '../../core/text/local-path.ts';

/** A folder on this machine. */
export interface LocalBus {
  readonly kind: 'local';
  readonly dir: string;
}

/** A Kafka cluster as its URL names it; read-settings.ts validates the brokers and the query. */
export interface KafkaBus {
  readonly kind: 'kafka';
  readonly brokers: readonly string[];
  /** Settings by key. */
  readonly query: Readonly<Record<string, string>>;
}

/** Where topics are stored. */
export type Bus = LocalBus | KafkaBus;

const FORMS = 'write local:DIR or kafka://HOST:PORT,HOST:PORT';

/** A host name, an IPv4 address, or an IPv6 address in brackets, with an optional port. */
const BROKER = /^(?:\[[0-9a-f:.]+\]|[^\s:[\]#\\]+)(?::\d{1,5})?$/i;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RangeError('the query of the URL is not percent-encoded; write %25 for %');
  }
}

function parseKafka(rest: string): KafkaBus {
  const [place = '', query = ''] = rest.split(/\?(.*)/s);
  if (rest.includes('@') || /%40/.test(place))
    throw new RangeError(
      "the URL contains a user or an '@'; write kafka://HOST:PORT?sasl=scram-sha-256&user=NAME, with the password in CRYPTOPIPE_KAFKA_PASSWORD or a file (password-file=FILE), and %40 for an '@'",
    );
  const hosts = place.replace(/\/$/, '');
  if (hosts.includes('/')) throw new RangeError(`the URL contains more than brokers; ${FORMS}`);
  const brokers = hosts.split(',').filter((broker) => broker !== '');
  if (brokers.length === 0) throw new RangeError(`the URL names no broker; ${FORMS}`);
  if (!brokers.every((broker) => BROKER.test(broker)))
    throw new RangeError(`a broker of the URL is not HOST:PORT; ${FORMS}`);
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [key = '', value = ''] = pair.split(/=(.*)/s);
      return [decode(key), decode(value)] as const;
    });
  const keys = pairs.map(([key]) => key);
  if (new Set(keys).size < keys.length)
    throw new RangeError('the query of the URL repeats a key; keep one of them');
  return { kind: 'kafka', brokers, query: Object.fromEntries(pairs) };
}

/**
 * `local:DIR` or `kafka://host:port,host:port[?key=value&...]`. Throws RangeError, which never quotes the URL: it may
 * contain a password.
 */
export function parseBus(text: string): Bus {
  const [, scheme, rest = ''] = /^([a-z]+):(.*)$/s.exec(text) ?? [];
  if (scheme === 'kafka') {
    if (!rest.startsWith('//')) throw new RangeError(`the slashes after 'kafka:' are missing; ${FORMS}`);
    return parseKafka(rest.slice(2));
  }
  if (scheme !== 'local')
    throw new RangeError(`${scheme ? `'${scheme}:' is not a kind of bus` : 'not a bus URL'}; ${FORMS}`);
  if (rest === '') throw new RangeError(`'local:' names no folder; ${FORMS}`);
  if (/^\/\/[^/]/.test(rest))
    throw new RangeError(`a folder takes no '//'; write local:DIR, or local:/DIR for an absolute path`);
  return { kind: 'local', dir: localPath(rest, 'a bus is a local folder, or Kafka') };
}

/** The text that `parseBus` takes. */
export function urlOf(bus: Bus): string {
  if (bus.kind === 'local') return `local:${bus.dir}`;
  const pairs = Object.entries(bus.query).map((pair) => pair.map(encodeURIComponent).join('='));
  return `kafka://${bus.brokers.join(',')}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}
