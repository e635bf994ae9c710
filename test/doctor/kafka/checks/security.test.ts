import { expect, test } from 'vitest';
import { checkSecurity } from '../../../../src/doctor/kafka/checks/security.ts';
import type { KafkaSettings } from '../../../../src/log/kafka/settings/settings.ts';
import { settings, tls } from '../fakes.ts';

const DAY = 86_400_000;
const now = Date.parse('2026-03-02T00:00:00.000Z');
const run = (
  changes: Partial<KafkaSettings>,
  certificates: [string, { protocol: string; validTo: number }][] = [],
) => checkSecurity({ ...settings, ...changes }, new Map(certificates), now);
const sasl = { mechanism: 'scram-sha-256', username: 'app', password: 'app-secret' } as const;

test('a local cluster passes without TLS', () => {
  expect(run({ brokers: ['127.0.0.1:9092', 'localhost:9093'] })).toEqual([
    { severity: 'ok', what: 'security', detail: 'no TLS, no login, local cluster' },
  ]);
});

test('a remote cluster without TLS is a warning, stronger with a password', () => {
  expect(run({})).toMatchObject([
    { severity: 'warn', hint: expect.stringContaining('--kafka-option tls=true') },
  ]);
  expect(run({ sasl: { ...sasl, mechanism: 'plain' } })).toMatchObject([
    {
      severity: 'warn',
      detail: 'no TLS, login as app with plain: the password crosses the network unencrypted',
    },
  ]);
});

test('TLS and login are described without secrets', () => {
  const checks = run({
    sasl,
    tls: { ...tls, ca: 'PEM', cert: 'PEM', key: 'private', passphrase: 'pass', serverName: 'kafka.example' },
  });
  expect(checks).toEqual([
    {
      severity: 'ok',
      what: 'security',
      detail:
        'TLS with a custom CA, a client certificate, server name kafka.example, login as app with scram-sha-256',
    },
  ]);
  expect(run({ sasl: { mechanism: 'aws-msk-iam', region: 'eu-west-1' }, tls })[0]?.detail).toBe(
    "TLS with Node's CAs, login with AWS IAM in eu-west-1",
  );
  for (const secret of ['app-secret', 'private', 'pass'])
    expect(JSON.stringify(checks)).not.toContain(`"${secret}"`);
});

test.each([
  [365, 'ok'],
  [13, 'warn'],
  [-1, 'error'],
])('a certificate with %i days left is %s', (days, severity) => {
  const seen = { protocol: 'TLSv1.3', validTo: now + days * DAY };
  expect(run({ tls }, [['k1:9092', seen]])[1]).toMatchObject({ severity, what: 'certificate of k1:9092' });
});
