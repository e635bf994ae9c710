import { expect, test } from 'vitest';
import { commandText, withoutCredentials } from '../../../src/cli/output/credentials.ts';

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

test.each([
  [['process', '--window', '5m,1h', '--once'], 'process --window 5m,1h --once'],
  [['sink', 'mongo', '--url', 'mongodb://u:hunter2@h/db'], 'sink mongo --url mongodb://***@h/db'],
  [
    ['--bus', 'kafka://h:9?user=u&password=hunter2&sasl=plain'],
    '--bus kafka://h:9?user=u&password=***&sasl=plain',
  ],
  [['--kafka-option', 'ssl-key=hunter2,linger=5ms'], '--kafka-option ssl-key=***,linger=5ms'],
  [['import', 'my file.csv', "it's.csv", ''], "import 'my file.csv' 'it'\\''s.csv' ''"],
])('the command line %j as one text', (words, text) => {
  expect(commandText(words)).toBe(text);
});
