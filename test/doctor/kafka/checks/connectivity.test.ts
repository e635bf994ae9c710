import { expect, test } from 'vitest';
import { judgeReach } from '../../../../src/doctor/kafka/checks/connectivity.ts';
import { settings, tls } from '../fakes.ts';

const error = (message: string, facts: object = {}): Error => Object.assign(new Error(message), facts);
const judge = (failure: unknown, role: 'bootstrap' | 'advertised' = 'bootstrap') =>
  judgeReach(
    'k1:9092',
    role,
    { error: failure },
    { ...settings, tls, sasl: { mechanism: 'plain', username: 'app', password: 'secret' } },
  );

test('a broker that answers tells how quickly', () => {
  const latency = { connectMs: 12, answerMs: 2 };
  expect(judgeReach('k1:9092', 'advertised', { latency }, settings)).toEqual({
    verdict: 'ok',
    what: 'broker k1:9092',
    detail: 'connected in 12 ms, answers in 2 ms',
  });
});

test.each([
  [{ code: 'ECONNREFUSED' }, 'nothing listens there', 'Start the broker, or correct --bus.'],
  [{ code: 'ENOTFOUND' }, 'does not know that name', 'getent hosts k1'],
  [{ code: 'EHOSTUNREACH' }, 'no way to that address', 'firewall'],
  [{ code: 'ECONNRESET' }, 'it cut the connection', 'whether the broker runs'],
  [{ name: 'KafkaJSConnectionClosedError' }, 'may want TLS or a login', 'tls=true'],
  [{ name: 'KafkaJSRequestTimeoutError' }, 'says nothing', 'tls=true'],
  [{ name: 'KafkaJSSASLAuthenticationError' }, "refused user 'app'", 'CRYPTOPIPE_KAFKA_PASSWORD'],
  [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'no secure connection', 'ca=FILE'],
  [{ type: 'ILLEGAL_SASL_STATE' }, 'knows no login', 'Leave sasl'],
  [{}, 'what it said', 'log of the broker'],
])('%o is said in words', (facts, detail, hint) => {
  const finding = judge(error('what it said', facts));
  expect(finding).toMatchObject({ verdict: 'bad', what: 'bootstrap k1:9092' });
  expect(finding.detail).toContain(detail);
  expect(finding.hint).toContain(hint);
  expect(JSON.stringify(finding)).not.toContain('secret');
});

test('a secure connection to a plain listener is told from a broken one', () => {
  const finding = judge(
    error('Client network socket disconnected before secure TLS connection was established'),
  );
  expect(finding.detail).toBe('this listener speaks no TLS');
});

test('a connection that nobody answers is to be tried by hand', () => {
  expect(judge(error('Connection timeout')).hint).toContain('nc -vz k1 9092');
});

test('an address that the cluster tells is its brokers to correct', () => {
  expect(judge(error('', { code: 'ECONNREFUSED' }), 'advertised')).toMatchObject({
    what: 'broker k1:9092',
    hint: expect.stringContaining('advertised.listeners'),
  });
});
