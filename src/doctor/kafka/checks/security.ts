import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { DAY, formatTime, type Millis } from '../../../core/util/time.ts';
import type { KafkaSettings } from '../../../log/kafka/settings/settings.ts';
import { names } from '../finding.ts';

/** The secure connection that a broker gave us. */
export interface SeenTls {
  /** `TLSv1.3`. */
  readonly protocol: string;
  /** When the broker's certificate ends, epoch ms. */
  readonly validTo: Millis;
}

const SOON: Millis = 14 * DAY;

const LOOPBACK = /^(localhost|127\.[\d.]+|\[?::1\]?)(:\d+)?$/;
const isLocal = (brokers: readonly string[]): boolean => brokers.every((broker) => LOOPBACK.test(broker));

function loginText({ sasl }: KafkaSettings): string {
  if (sasl === undefined) return 'no login';
  return sasl.mechanism === 'aws-msk-iam'
    ? `login by AWS IAM in ${sasl.region}`
    : `login as ${sasl.username} by ${sasl.mechanism}`;
}

function tlsText({ tls }: KafkaSettings): string {
  if (tls === undefined) return 'no TLS';
  const facts = [
    tls.ca === undefined ? "Node's authorities" : 'an authority of your own',
    ...(tls.cert === undefined ? [] : ['a client certificate']),
    ...(tls.serverName === undefined ? [] : [`certificates for ${tls.serverName}`]),
  ];
  return `TLS with ${facts.join(', ')}`;
}

function judgeCertificate(address: string, { protocol, validTo }: SeenTls, now: Millis): Check[] {
  const what = `certificate of ${address}`;
  const until = formatTime(validTo).slice(0, 10);
  const remedy = 'Give the broker a new certificate (ssl.keystore.location in its server.properties).';
  if (validTo < now) return [fail(what, `ended on ${until}`, remedy)];
  if (validTo < now + SOON) return [warn(what, `ends on ${until}`, remedy)];
  return [ok(what, `${protocol}, valid until ${until}`)];
}

/** How we speak to the cluster; secrets are left out. */
export function judgeSecurity(
  settings: KafkaSettings,
  certificates: ReadonlyMap<string, SeenTls>,
  now: Millis,
): Check[] {
  const what = 'security';
  const detail = `${tlsText(settings)}, ${loginText(settings)}`;
  const { sasl, tls, brokers } = settings;
  if (tls !== undefined)
    return [ok(what, detail), ...[...certificates].flatMap(([at, seen]) => judgeCertificate(at, seen, now))];
  if (isLocal(brokers)) return [ok(what, `${detail}, on this machine`)];
  if (sasl?.mechanism === 'plain')
    return [
      warn(
        what,
        `${detail}: the password goes over the network as it is`,
        'Use a listener with TLS, with --kafka-option tls=true.',
      ),
    ];
  return [
    warn(
      what,
      `${detail}: whoever is between here and ${names(brokers)} can read and change records`,
      'Use a listener with TLS, with --kafka-option tls=true; on a network of your own leave it so.',
    ),
  ];
}
