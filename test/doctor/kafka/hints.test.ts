import { expect, test } from 'vitest';
import { remediesFor } from '../../../src/doctor/kafka/hints.ts';
import { settings, tls } from './fakes.ts';

test('a command holds the bus as it was given, safe for a shell', () => {
  const { topics } = remediesFor(settings, 'kafka://k1:9092?sasl=plain&user=app');
  expect(topics('create prices --update')).toBe(
    "cryptopipe topics create prices --update --bus 'kafka://k1:9092?sasl=plain&user=app'",
  );
});

test("Kafka's own tools need a file to log in", () => {
  expect(remediesFor({ ...settings, tls }, 'kafka://k1:9092').tool('kafka-topics', '--list')).toBe(
    'kafka-topics.sh --bootstrap-server k1:9092,k2:9092 --command-config client.properties --list',
  );
});

test('a right is given to who is logged in', () => {
  const sasl = { mechanism: 'plain', username: 'the app', password: 'secret' } as const;
  const right = remediesFor({ ...settings, sasl }, 'kafka://k1:9092').allow('--operation Describe --cluster');
  expect(right).toContain("--allow-principal 'User:the app' --operation Describe --cluster");
  expect(right).not.toContain('secret');
});
