import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig, readConfig } from '../../../src/cli/args/config.ts';

const FLAGS = ['--window', '--bus', '--config'];
const texts = (text: string) =>
  parseConfig('c.json', text, FLAGS).complaints.map((complaint) => complaint.text);

test('config keys are flag names without dashes', () => {
  expect(parseConfig('c.json', '{"window":["5m"],"bus":"local:x"}', FLAGS)).toEqual({
    values: { window: ['5m'], bus: 'local:x' },
    complaints: [],
  });
});

test('every unknown config key is a complaint', () => {
  expect(texts('{"windw":"5m","zzz":1,"config":"x"}')).toEqual([
    "c.json: unknown key 'windw'; did you mean window?",
    "c.json: unknown key 'zzz'",
    "c.json: unknown key 'config'",
  ]);
});

test('a config file that is not a JSON object is a complaint', () => {
  expect(texts('[]')).toEqual(['c.json: not a JSON object; write {"window": "10m"}']);
  expect(texts('null')).toHaveLength(1);
  expect(texts('{window')[0]).toMatch(/^c\.json: not JSON: /);
});

test('a config file that cannot be read is a complaint', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cli-config-'));
  const missing = await readConfig(join(folder, 'none.json'), FLAGS);
  expect(missing.complaints[0]?.text).toMatch(/^--config .*none.json: there is no such file/);
  await writeFile(join(folder, 'c.json'), '{"bus":"local:y"}');
  expect((await readConfig(join(folder, 'c.json'), FLAGS)).values).toEqual({ bus: 'local:y' });
});
