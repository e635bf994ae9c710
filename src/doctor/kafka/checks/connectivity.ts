import { type Check, fail, ok } from '../../../core/check.ts';
import type { Millis } from '../../../core/util/time.ts';
import { fatalProblem, rootOf } from '../../../log/kafka/client/errors.ts';
import type { KafkaSettings } from '../../../log/kafka/settings/settings.ts';

/** `bootstrap`: the user named it. `advertised`: the cluster told us to go there. */
export type Role = 'bootstrap' | 'advertised';

/** How long one broker took, on a new connection. */
export interface Latency {
  /** Until it was connected, TLS and login included. */
  readonly connectMs: Millis;
  /** Of one question and its answer after that. */
  readonly answerMs: Millis;
}

export type Reached = { readonly latency: Latency } | { readonly error: unknown };

type Words = readonly [detail: string, remedy: string];

const CORRECT: Readonly<Record<Role, string>> = {
  bootstrap: 'correct --bus',
  advertised:
    'correct advertised.listeners of that broker: it must be an address that this machine can reach',
};
const OTHER_LISTENER = 'the listener may want TLS or a login';
const TRY = 'Try --kafka-option tls=true, or --kafka-option sasl=scram-sha-256 --kafka-option user=NAME';

/** By the system's code, the protocol's type or kafkajs's name of an error. */
const KNOWN: Readonly<Record<string, (host: string, correct: string) => Words>> = {
  ECONNREFUSED: (_, correct) => ['nothing listens there', `Start the broker, or ${correct}.`],
  ENOTFOUND: (host, correct) => [
    'this machine does not know that name',
    `getent hosts ${host}   # or ${correct}`,
  ],
  EHOSTUNREACH: (_, correct) => ['there is no way to that address', `Look at the firewall, or ${correct}.`],
  ECONNRESET: () => [
    `it cut the connection: it is going down, or ${OTHER_LISTENER}`,
    `Look whether the broker runs. ${TRY}.`,
  ],
  ILLEGAL_SASL_STATE: () => [
    'this listener knows no login',
    'Leave sasl and user out, or name the port of another listener.',
  ],
  KafkaJSConnectionClosedError: () => [`it closes the connection at once: ${OTHER_LISTENER}`, `${TRY}.`],
  KafkaJSRequestTimeoutError: () => [
    `it is connected, and says nothing: ${OTHER_LISTENER}, or the broker hangs`,
    `${TRY}; or look at the log of the broker.`,
  ],
};
const SAME: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'ENOTFOUND',
  ENETUNREACH: 'EHOSTUNREACH',
};

function wordsFor(address: string, role: Role, error: unknown, { tls }: KafkaSettings): Words {
  const root = rootOf(error);
  const correct = CORRECT[role];
  const [host = '', port = ''] = address.split(/:(\d+)$/);
  const message = root?.message ?? String(error);
  if (tls !== undefined && message.includes('before secure TLS connection'))
    return ['this listener speaks no TLS', 'Leave tls and ca out, or name the port of another listener.'];
  for (const key of [String(root?.code), String(root?.type), String(root?.name)]) {
    const words = KNOWN[SAME[key] ?? key];
    if (words !== undefined) return words(host, correct);
  }
  if (message === 'Connection timeout')
    return [
      'no answer: a firewall drops what is sent there, or the machine is away',
      `nc -vz ${host} ${port}   # or ${correct}`,
    ];
  return [message, `Look at the log of the broker, or ${correct}.`];
}

/** Whether a broker lets us in, and if not, why not. */
export function judgeReach(address: string, role: Role, reached: Reached, settings: KafkaSettings): Check {
  const what = role === 'bootstrap' ? `bootstrap ${address}` : `broker ${address}`;
  if ('latency' in reached) {
    const { connectMs, answerMs } = reached.latency;
    return ok(what, `connected in ${connectMs} ms, answers in ${answerMs} ms`);
  }
  const problem = fatalProblem(reached.error, settings);
  if (problem !== undefined) return fail(what, problem.message.replace(/^kafka:\/\/\S+: /, ''), problem.hint);
  return fail(what, ...wordsFor(address, role, reached.error, settings));
}
