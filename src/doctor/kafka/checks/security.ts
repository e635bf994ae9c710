import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { DAY, formatTime, type Millis } from '../../../core/util/time.ts';
import type { KafkaSettings } from '../../../log/kafka/settings/settings.ts';
import { listNames } from '../failed-check.ts';

/** TLS details of a broker connection. */
export interface TlsInfo {
  /** `TLSv1.3`. */
  readonly protocol: string;
  /** Expiry of the broker's certificate, epoch ms. */
  readonly validTo: Millis;
}

const SOON: Millis = 14 * DAY;

const LOOPBACK = /^(localhost|127\.[\d.]+|\[?::1\]?)(:\d+)?$/;
const isLocal = (brokers: readonly string[]): boolean => brokers.every((broker) => LOOPBACK.test(broker));

function loginText({ sasl }: KafkaSettings): string {
  if (sasl === undefined) return 'no login';
  return sasl.mechanism === 'aws-msk-iam'
    ? `login with AWS IAM in ${sasl.region}`
    : `login as ${sasl.username} with ${sasl.mechanism}`;
}

function tlsText({ tls }: KafkaSettings): string {
  if (tls === undefined) return 'no TLS';
  const facts = [
    tls.ca === undefined ? "Node's CAs" : 'a custom CA',
    ...(tls.cert === undefined ? [] : ['a client certificate']),
    ...(tls.serverName === undefined ? [] : [`server name ${tls.serverName}`]),
  ];
  return `TLS with ${facts.join(', ')}`;
}

function checkCertificate(address: string, { protocol, validTo }: TlsInfo, now: Millis): Check[] {
  const what = `certificate of ${address}`;
  const until = formatTime(validTo).slice(0, 10);
  const hint = 'Install a new certificate on the broker (ssl.keystore.location in its server.properties).';
  if (validTo < now) return [fail(what, `expired on ${until}`, hint)];
  if (validTo < now + SOON) return [warn(what, `expires on ${until}`, hint)];
  return [ok(what, `${protocol}, valid until ${until}`)];
}

/** Reports TLS and login settings, without secrets, and certificates that expire soon. */
export function checkSecurity(
  settings: KafkaSettings,
  certificates: ReadonlyMap<string, TlsInfo>,
  now: Millis,
): Check[] {
  const what = 'security';
  const detail = `${tlsText(settings)}, ${loginText(settings)}`;
  const { sasl, tls, brokers } = settings;
  if (tls !== undefined)
    return [ok(what, detail), ...[...certificates].flatMap(([at, seen]) => checkCertificate(at, seen, now))];
  if (isLocal(brokers)) return [ok(what, `${detail}, local cluster`)];
  if (sasl?.mechanism === 'plain')
    return [
      warn(
        what,
        `${detail}: the password crosses the network unencrypted`,
        'Use a listener with TLS, with --kafka-option tls=true.',
      ),
    ];
  return [
    warn(
      what,
      `${detail}: anyone between this machine and ${listNames(brokers)} can read and change records`,
      'Use a listener with TLS, with --kafka-option tls=true; on a private network this is fine.',
    ),
  ];
}
