import { expect, test } from 'vitest';
import {
  KAFKA_KEYS,
  KAFKA_OPTIONS,
  KAFKA_SECRETS,
  kafkaEnvName,
} from '../../../../src/log/kafka/settings/options.ts';

test('a settings key is its flag without dashes', () => {
  for (const key of KAFKA_KEYS) expect(KAFKA_OPTIONS[key].flag).toBe(`--${key}`);
});

test('every documented default parses back to its value', () => {
  for (const key of KAFKA_KEYS) {
    const { fallback, fallbackText, parse } = KAFKA_OPTIONS[key];
    if (fallbackText !== '') expect(parse(fallbackText), key).toEqual(fallback);
    else expect(fallback, key).toBeUndefined();
  }
});

test('environment names derive from the keys', () => {
  expect(kafkaEnvName('session-timeout')).toBe('CRYPTOPIPE_KAFKA_SESSION_TIMEOUT');
});

test('a secret has no settings key, but its file has', () => {
  for (const [secret, { file }] of Object.entries(KAFKA_SECRETS)) {
    expect(KAFKA_KEYS).not.toContain(secret);
    expect(KAFKA_KEYS).toContain(file);
  }
});
