import { expect, test } from 'vitest';
import { judgeSecurity } from '../../../../src/doctor/kafka/checks/security.ts';
import type { KafkaSettings } from '../../../../src/log/kafka/settings/settings.ts';
import { settings, tls } from '../fakes.ts';

const DAY = 86_400_000;
const now = Date.parse('2026-03-02T00:00:00.000Z');
const judge = (
  changes: Partial<KafkaSettings>,
  certificates: [string, { protocol: string; validTo: number }][] = [],
) => judgeSecurity({ ...settings, ...changes }, new Map(certificates), now);
const sasl = { mechanism: 'scram-sha-256', username: 'app', password: 'app-secret' } as const;

test('nothing is said against a cluster on this machine', () => {
  expect(judge({ brokers: ['127.0.0.1:9092', 'localhost:9093'] })).toEqual([
    { verdict: 'ok', what: 'security', detail: 'no TLS, no login, on this machine' },
  ]);
});

test('elsewhere TLS is missed, most of all by a password', () => {
  expect(judge({})).toMatchObject([
    { verdict: 'warn', hint: expect.stringContaining('--kafka-option tls=true') },
  ]);
  expect(judge({ sasl: { ...sasl, mechanism: 'plain' } })).toMatchObject([
    { verdict: 'warn', detail: 'no TLS, login as app by plain: the password goes over the network as it is' },
  ]);
});

test('TLS and login are said in words, and no secret is', () => {
  const findings = judge({
    sasl,
    tls: { ...tls, ca: 'PEM', cert: 'PEM', key: 'private', passphrase: 'pass', serverName: 'kafka.example' },
  });
  expect(findings).toEqual([
    {
      verdict: 'ok',
      what: 'security',
      detail:
        'TLS with an authority of your own, a client certificate, certificates for kafka.example, login as app by scram-sha-256',
    },
  ]);
  expect(judge({ sasl: { mechanism: 'aws-msk-iam', region: 'eu-west-1' }, tls })[0]?.detail).toBe(
    "TLS with Node's authorities, login by AWS IAM in eu-west-1",
  );
  for (const secret of ['app-secret', 'private', 'pass'])
    expect(JSON.stringify(findings)).not.toContain(`"${secret}"`);
});

test.each([
  [365, 'ok'],
  [13, 'warn'],
  [-1, 'bad'],
])('a certificate with %i days to go is %s', (days, verdict) => {
  const seen = { protocol: 'TLSv1.3', validTo: now + days * DAY };
  expect(judge({ tls }, [['k1:9092', seen]])[1]).toMatchObject({ verdict, what: 'certificate of k1:9092' });
});
