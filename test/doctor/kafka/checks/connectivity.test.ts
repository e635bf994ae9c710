import { expect, test } from 'vitest';
import { checkConnection } from '../../../../src/doctor/kafka/checks/connectivity.ts';
import { settings, tls } from '../fakes.ts';

const error = (message: string, facts: object = {}): Error => Object.assign(new Error(message), facts);
const run = (failure: unknown, role: 'bootstrap' | 'advertised' = 'bootstrap') =>
  checkConnection(
    'k1:9092',
    role,
    { error: failure },
    { ...settings, tls, sasl: { mechanism: 'plain', username: 'app', password: 'secret' } },
  );

test('a reachable broker reports its latency', () => {
  const latency = { connectMs: 12, answerMs: 2 };
  expect(checkConnection('k1:9092', 'advertised', { latency }, settings)).toEqual({
    severity: 'ok',
    what: 'broker k1:9092',
    detail: 'connected in 12 ms, responds in 2 ms',
  });
});

test.each([
  [{ code: 'ECONNREFUSED' }, 'nothing listens at this address', 'Start the broker, or correct --bus.'],
  [{ code: 'ENOTFOUND' }, 'cannot resolve the host name', 'getent hosts k1'],
  [{ code: 'EHOSTUNREACH' }, 'no route to this address', 'firewall'],
  [{ code: 'ECONNRESET' }, 'the broker reset the connection', 'that the broker runs'],
  [{ name: 'KafkaJSConnectionClosedError' }, 'may require TLS or a login', 'tls=true'],
  [{ name: 'KafkaJSRequestTimeoutError' }, 'does not respond', 'tls=true'],
  [{ name: 'KafkaJSSASLAuthenticationError' }, "refused user 'app'", 'CRYPTOPIPE_KAFKA_PASSWORD'],
  [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'TLS handshake failed', 'ca=FILE'],
  [{ type: 'ILLEGAL_SASL_STATE' }, 'does not support logins', 'Omit sasl'],
  [{}, 'what it said', "broker's log"],
])('%o is explained in words', (facts, detail, hint) => {
  const check = run(error('what it said', facts));
  expect(check).toMatchObject({ severity: 'error', what: 'bootstrap k1:9092' });
  expect(check.detail).toContain(detail);
  expect(check.hint).toContain(hint);
  expect(JSON.stringify(check)).not.toContain('secret');
});

test('a TLS connection to a plaintext listener is distinguished from a broken one', () => {
  const check = run(error('Client network socket disconnected before secure TLS connection was established'));
  expect(check.detail).toBe('this listener does not use TLS');
});

test('a connection timeout suggests a manual test', () => {
  expect(run(error('Connection timeout')).hint).toContain('nc -vz k1 9092');
});

test('an unreachable advertised address suggests correcting advertised.listeners', () => {
  expect(run(error('', { code: 'ECONNREFUSED' }), 'advertised')).toMatchObject({
    what: 'broker k1:9092',
    hint: expect.stringContaining('advertised.listeners'),
  });
});
