import { expect, test } from 'vitest';
import { hintCommands } from '../../../src/doctor/kafka/hints.ts';
import { settings, tls } from './fakes.ts';

test('a command repeats the bus as given, quoted for the shell', () => {
  const { topics } = hintCommands(settings, 'kafka://k1:9092?sasl=plain&user=app');
  expect(topics('create prices --update')).toBe(
    "cryptopipe topics create prices --update --bus 'kafka://k1:9092?sasl=plain&user=app'",
  );
});

test("Kafka's own tools get a command config file for a login", () => {
  expect(hintCommands({ ...settings, tls }, 'kafka://k1:9092').tool('kafka-topics', '--list')).toBe(
    'kafka-topics.sh --bootstrap-server k1:9092,k2:9092 --command-config client.properties --list',
  );
});

test('a permission is granted to the logged-in user', () => {
  const sasl = { mechanism: 'plain', username: 'the app', password: 'secret' } as const;
  const right = hintCommands({ ...settings, sasl }, 'kafka://k1:9092').allow(
    '--operation Describe --cluster',
  );
  expect(right).toContain("--allow-principal 'User:the app' --operation Describe --cluster");
  expect(right).not.toContain('secret');
});
