import { expect, test } from 'vitest';
import { withoutCredentials } from '../../../src/cli/output/credentials.ts';

test.each([
  ["'kafka://user:hunter2@h:9092' is one word too many", "'kafka://***@h:9092' is one word too many"],
  ["no sink 'mongodb://u:hun@ter2@h/db'; there are file", "no sink 'mongodb://***@h/db'; there are file"],
  ["'kafka://u:hunter 2@h' is not a topic name", "'kafka://***@h' is not a topic name"],
  [
    "unknown command 'kafka://u:hun'ter 2@h:9092'; there are",
    "unknown command 'kafka://***@h:9092'; there are",
  ],
  ['at kafka://u:hunter2@h:9092\nuser@host stays', 'at kafka://***@h:9092\nuser@host stays'],
  ['kafka://h:9092 and me@host', 'kafka://h:9092 and me@host'],
])('%s', (text, masked) => {
  expect(withoutCredentials(text)).toBe(masked);
});
