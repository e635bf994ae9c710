import { expect, test } from 'vitest';
import { unknownEnv } from '../../../src/cli/args/unknown-env.ts';

const NAMES = new Set(['CRYPTOPIPE_WINDOW', 'CRYPTOPIPE_TOPIC', 'CRYPTOPIPE_KAFKA_OPTION']);
const about = (name: string) => unknownEnv({ [name]: '1', PATH: '/bin' }, NAMES);

test('a variable that resembles a setting is named, with the likely one', () => {
  expect(about('CRYPTOPIPE_WINDWO')).toEqual([
    'CRYPTOPIPE_WINDWO has no effect; did you mean CRYPTOPIPE_WINDOW?',
  ]);
});

test.each([
  'CRYPTOPIPE_WINDOW',
  'CRYPTOPIPE_KAFKA_OPTIONS',
  'CRYPTOPIPE_MONGO_USER',
  'CRYPTOPIPE_TRACE',
  'CRYPTOPIPE_TEST_CLOCK',
  'CRYPTOPIPE_SERVICE_HOST',
  'CRYPTOPIPE_PORT_80_TCP',
  'WINDWO',
])('%s causes no warning', (name) => {
  expect(about(name)).toEqual([]);
});
