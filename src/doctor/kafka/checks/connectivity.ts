import { type Check, fail, ok } from '../../../core/check.ts';
import type { Millis } from '../../../core/util/time.ts';
import { fatalError, rootCause } from '../../../log/kafka/client/kafka-errors.ts';
import type { KafkaSettings } from '../../../log/kafka/settings/settings.ts';

/** `bootstrap`: named by the user. `advertised`: reported by the cluster. */
export type AddressRole = 'bootstrap' | 'advertised';

/** Latency of one broker on a new connection. */
export interface Latency {
  /** Time to connect, including TLS and login. */
  readonly connectMs: Millis;
  /** Round trip of one request after that. */
  readonly answerMs: Millis;
}

export type ConnectionResult = { readonly latency: Latency } | { readonly error: unknown };

type Explanation = readonly [detail: string, hint: string];

const CORRECT: Readonly<Record<AddressRole, string>> = {
  bootstrap: 'correct --bus',
  advertised: 'correct advertised.listeners of that broker: this machine must be able to reach that address',
};
const OTHER_LISTENER = 'the listener may require TLS or a login';
const TRY = 'Try --kafka-option tls=true, or --kafka-option sasl=scram-sha-256 --kafka-option user=NAME';

/** Keyed by system error code, Kafka error type or kafkajs error name. */
const KNOWN: Readonly<Record<string, (host: string, correct: string) => Explanation>> = {
  ECONNREFUSED: (_, correct) => ['nothing listens at this address', `Start the broker, or ${correct}.`],
  ENOTFOUND: (host, correct) => [
    'this machine cannot resolve the host name',
    `getent hosts ${host}   # or ${correct}`,
  ],
  EHOSTUNREACH: (_, correct) => ['no route to this address', `Check the firewall, or ${correct}.`],
  ECONNRESET: () => [
    `the broker reset the connection: it is shutting down, or ${OTHER_LISTENER}`,
    `Check that the broker runs. ${TRY}.`,
  ],
  ILLEGAL_SASL_STATE: () => [
    'this listener does not support logins',
    'Omit sasl and user, or use the port of another listener.',
  ],
  KafkaJSConnectionClosedError: () => [
    `the broker closes the connection at once: ${OTHER_LISTENER}`,
    `${TRY}.`,
  ],
  KafkaJSRequestTimeoutError: () => [
    `connected, but the broker does not respond: ${OTHER_LISTENER}, or the broker hangs`,
    `${TRY}; or check the broker's log.`,
  ],
};
const SAME: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'ENOTFOUND',
  ENETUNREACH: 'EHOSTUNREACH',
};

function explain(address: string, role: AddressRole, error: unknown, { tls }: KafkaSettings): Explanation {
  const root = rootCause(error);
  const correct = CORRECT[role];
  const [host = '', port = ''] = address.split(/:(\d+)$/);
  const message = root?.message ?? String(error);
  if (tls !== undefined && message.includes('before secure TLS connection'))
    return ['this listener does not use TLS', 'Omit tls and ca, or use the port of another listener.'];
  for (const key of [String(root?.code), String(root?.type), String(root?.name)]) {
    const words = KNOWN[SAME[key] ?? key];
    if (words !== undefined) return words(host, correct);
  }
  if (message === 'Connection timeout')
    return [
      'no response: a firewall drops the packets, or the machine is down',
      `nc -vz ${host} ${port}   # or ${correct}`,
    ];
  return [message, `Check the broker's log, or ${correct}.`];
}

/** Reports the connection's latency, or why the broker cannot be used. */
export function checkConnection(
  address: string,
  role: AddressRole,
  reached: ConnectionResult,
  settings: KafkaSettings,
): Check {
  const what = role === 'bootstrap' ? `bootstrap ${address}` : `broker ${address}`;
  if ('latency' in reached) {
    const { connectMs, answerMs } = reached.latency;
    return ok(what, `connected in ${connectMs} ms, responds in ${answerMs} ms`);
  }
  const fatal = fatalError(reached.error, settings);
  if (fatal !== undefined) return fail(what, fatal.message.replace(/^kafka:\/\/\S+: /, ''), fatal.hint);
  return fail(what, ...explain(address, role, reached.error, settings));
}
