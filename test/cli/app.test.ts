import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { version } from '../../package.json';
import { runCommandLine } from '../../src/cli/app.ts';
import { fakeIo } from './fakes.ts';

vi.mock('../../src/processors/index.ts', async () => (await import('./fake-processors.ts')).module);

async function run(line: string, env = {}) {
  const { io, written } = fakeIo({ env });
  const code = await runCommandLine(line.split(' ').filter(Boolean), io);
  return { code, ...written };
}

describe('help and version', () => {
  test('no argument, --help and help show the overview', async () => {
    const { code, out, err } = await run('');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Usage: cryptopipe <command>');
    for (const line of ['--help', '-h', 'help']) expect((await run(line)).out).toBe(out);
  });

  test.each(['topics', 'topics --help', 'help topics'])('%s shows the commands of topics', async (line) => {
    expect(await run(line)).toMatchObject({ code: 0, out: expect.stringContaining('describe') });
  });

  test.each(['produce', 'process', 'sink', 'run', 'topics tail'])(
    '%s --help shows its flags',
    async (name) => {
      const { code, out } = await run(`${name} --help all`);
      expect(code).toBe(0);
      expect(out).toContain(`Usage: cryptopipe ${name}`);
      expect(out).toContain('--bus <url>');
      expect((await run(`help ${name} all`)).out).toBe(out);
    },
  );

  test('--help takes precedence over errors, but not after --', async () => {
    expect((await run('topics tail --bad --help')).code).toBe(0);
    expect((await run('topics tail --bad -- --help')).code).toBe(2);
  });

  test('--version prints the version', async () => {
    expect((await run('--version')).out).toBe(`${version}\n`);
  });
});

describe('invalid input exits 2 with every problem', () => {
  test.each([
    ['prodcue', "unknown command 'prodcue'; did you mean produce?"],
    ['topics tial', "unknown command 'topics tial'; did you mean tail?"],
    [
      'elephant',
      "unknown command 'elephant'; commands: run, import, produce, process, sink, page, purge, learn, rescore, export, query, show, top, topics, signals, doctor",
    ],
    ['--bus local:x topics list', "flag '--bus' must follow the command"],
    ['constructor', "unknown command 'constructor'"],
    ['topics constructor', "unknown command 'topics constructor'"],
  ])('%s', async (line, text) => {
    const { code, out, err } = await run(line);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(text);
  });

  test('several problems are reported at once', async () => {
    const { code, err } = await run('topics tail a/b --jsn --limit 0 --bus kafka://h');
    expect(code).toBe(2);
    expect(err.split('\n')).toEqual([
      'cryptopipe:',
      '  unknown flag --jsn; did you mean --json?',
      "  --limit: '0' is not a whole number from 1 to 1000000000",
      "  'a/b' is not a topic name; use up to 249 of a-z, A-Z, 0-9, '.', '_' and '-'",
      '  --bus: broker h has no port; write h:9092',
      "See 'cryptopipe topics tail --help'.",
      '',
    ]);
  });
});

test('warns about a misspelled variable of any command, and runs the command', async () => {
  const bus = `local:${await mkdtemp(join(tmpdir(), 'cli-app-'))}`;
  const line = `topics create x --bus ${bus}`;
  const { code, err } = await run(line, { CRYPTOPIPE_SORCE: 'x', CRYPTOPIPE_SOURCE: 'x' });
  expect(code).toBe(0);
  expect(err).toContain('warn  CRYPTOPIPE_SORCE has no effect; did you mean CRYPTOPIPE_SOURCE?');
  expect(err).not.toContain('CRYPTOPIPE_SOURCE sets');
});

test('environment files that cannot be read are reported with other problems', async () => {
  const { code, err } = await run('topics list --jsn --env-from none.env', {
    CRYPTOPIPE_KEYS_FILE: 'k.json',
  });
  expect(code).toBe(2);
  expect(err).toContain('unknown flag --jsn');
  expect(err).toContain('--env-from none.env: there is no such file');
});

describe('no error quotes a secret', () => {
  const URL = 'kafka://user:hunter2@h:9092';
  test.each([
    `topics list --bus ${URL}`,
    `topics list ${URL}`,
    `topics tail ${URL}`,
    `process ${URL}`,
    `sink ${URL}`,
    `sink file --topics ${URL}`,
    `produce --source ${URL}`,
    `process --in ${URL}`,
    `topics list --buss ${URL}`,
    `topics list --buss=${URL}`,
    `topics ${URL}`,
    `topics list --bus ${URL.replace('user:hunter2@', '')}?password=hunter2`,
    'topics list --bus kafka://h:9092 --kafka-option password=hunter2',
    'topics list --bus kafka://h:9092 --kafka-option key-passphrase=hunter2',
    'topics list --kafka-option password:hunter2',
    'topics list --bus kafka://h:9092?sasl=plain&user=u&password-file=hunter2',
    URL,
  ])('%s', async (line) => {
    const { code, out, err } = await run(line);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toContain('hunter2');
  });

  test('a secret in the environment or the config file is not quoted', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'cli-app-')), 'c.json');
    await writeFile(file, JSON.stringify({ bus: URL }));
    for (const env of [{ CRYPTOPIPE_BUS: URL }, { CRYPTOPIPE_CONFIG: file }]) {
      const { code, err } = await run('topics list', env);
      expect(code).toBe(2);
      expect(err).not.toContain('hunter2');
    }
  });
});

describe('the config file', () => {
  test('the config file may have keys of other commands; unknown keys are reported', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'cli-app-')), 'c.json');
    await writeFile(file, JSON.stringify({ source: 'sample', limit: 0, windw: '5m' }));
    for (const [line, env] of [
      [`topics tail x --config ${file}`, {}],
      ['topics tail x', { CRYPTOPIPE_CONFIG: file }],
    ] as const) {
      const { code, err } = await run(line, env);
      expect(code).toBe(2);
      expect(err).toContain("'limit' in the config file: '0' is not a whole number");
      expect(err).toContain("unknown key 'windw'");
      expect(err).not.toContain("'source'");
    }
  });
});
