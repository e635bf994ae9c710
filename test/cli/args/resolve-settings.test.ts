import { describe, expect, test } from 'vitest';
import { allOptions, type CommandSpec, defineCommand } from '../../../src/cli/args/command.ts';
import { envName, type RawSettings, resolveSettings } from '../../../src/cli/args/resolve-settings.ts';
import { tokenize } from '../../../src/cli/args/tokenize.ts';
import { optionalText, text, toggle } from '../../../src/core/option.ts';
import { candles, join, spec } from '../fakes.ts';

const read = (argv: string, given: Partial<RawSettings> = {}, which: CommandSpec = spec) =>
  resolveSettings(which, {
    tokens: tokenize(allOptions(which), argv.split(' ').filter(Boolean)),
    env: {},
    config: {},
    ...given,
  });
const complaints = (argv: string, given?: Partial<RawSettings>, which?: CommandSpec) =>
  read(argv, given, which).complaints.map((complaint) => complaint.text);

describe('precedence of settings', () => {
  const config = { retries: 1, once: true, window: ['1m', '5m'] };
  const env = { CRYPTOPIPE_RETRIES: '2', CRYPTOPIPE_WINDOW: '2m' };
  const retries = (argv: string, given: Partial<RawSettings>) =>
    read(`--dir x ${argv}`, given).call.settings.retries;

  test('flags override the environment, which overrides the config file, which overrides the default', () => {
    expect(retries('--retries 7', { env, config })).toBe(7);
    expect(retries('', { env, config })).toBe(2);
    expect(retries('', { config })).toBe(1);
    expect(retries('', {})).toBe(3);
  });

  test('an empty environment variable counts as unset', () => {
    expect(retries('', { env: { CRYPTOPIPE_RETRIES: '' }, config })).toBe(1);
  });

  test("a service's usual variable counts after our own", () => {
    const dir = (env: RawSettings['env']) => read('', { env }).call.settings.dir;
    expect(dir({ LAKE_DIR: 'theirs' })).toBe('theirs');
    expect(dir({ LAKE_DIR: 'theirs', CRYPTOPIPE_DIR: 'ours' })).toBe('ours');
  });

  test('config values are strings, numbers, booleans or lists', () => {
    const { call, complaints } = read('--dir x', { config });
    expect(complaints).toEqual([]);
    expect(call.settings.once).toBe(true);
    expect(call.of(candles.options).windows).toEqual([60_000, 300_000]);
  });

  test('a flag turns off a switch that the environment turns on', () => {
    expect(read('--dir x --once=false', { env: { CRYPTOPIPE_ONCE: '1' } }).call.settings.once).toBe(false);
  });

  test('a list takes the values of all its occurrences', () => {
    const { call } = read('--dir x --window 1m --window 2m,1m');
    expect(call.of(candles.options).windows).toEqual([60_000, 120_000]);
  });
});

describe('complaints about settings', () => {
  test('all complaints are reported at once, each with what is allowed', () => {
    expect(complaints('candels --windw 5m --retries 99 --lateness x --window 9d')).toEqual([
      'unknown flag --windw; did you mean --window?',
      "--retries: '99' is not a whole number from 0 to 10",
      "--lateness: 'x' is not a whole number from 0 to 3600",
      "no processor 'candels'; did you mean candles?",
      '--dir is missing',
    ]);
  });

  test('a misspelled flag is not also reported as missing', () => {
    expect(complaints('--dri lake')).toEqual(['unknown flag --dri; did you mean --dir?']);
  });

  test('a flag without its value says what it needs', () => {
    expect(complaints('--dir x --window --once')).toEqual([
      '--window: needs a value: <spans> (allowed: 1s to 1d)',
    ]);
  });

  test('a flag with a single value that is given several times names the values', () => {
    expect(complaints('--dir x --dir=y --retries 1 --retries 2 --retries x')).toEqual([
      "--dir is given twice, with 'x' and 'y', but takes one value; keep one of them",
      "--retries is given 3 times, with '1', '2' and 'x', but takes one value; keep one of them",
    ]);
    expect(complaints('--dir x --retries 2 --retries 2')).toHaveLength(1);
    expect(complaints('--dir x --once --once --window 1m --window 2m')).toEqual([]);
  });

  test('what may be a password is not shown when a flag is given twice', () => {
    expect(complaints('--dir kafka://u:hunter2@h:9092 --dir kafka://h:9092?a=hunter2')).toEqual([
      "--dir is given twice, with '***@h:9092' and 'kafka://h:9092?***', but takes one value; keep one of them",
    ]);
  });

  test('a flag in the environment or the config file is no second value', () => {
    const others = { env: { CRYPTOPIPE_RETRIES: '2' }, config: { retries: 1 } };
    expect(complaints('--dir x --retries 7', others)).toEqual([]);
  });

  test('the allowed range is shown even if the parser omits it', () => {
    expect(complaints('--dir x --window soon')).toEqual([
      "--window: 'soon' is not a span; write 90s, 10m or 1h30m (allowed: 1s to 1d)",
    ]);
  });

  test('a bad value in the environment or the config file names its source', () => {
    expect(complaints('--dir x', { env: { CRYPTOPIPE_RETRIES: 'many' } })).toEqual([
      "CRYPTOPIPE_RETRIES: 'many' is not a whole number from 0 to 10",
    ]);
    expect(complaints('--dir x', { config: { retries: { a: 1 } } })).toEqual([
      "'retries' in the config file: needs a value: <n> (allowed: 0 to 10)",
    ]);
  });

  test('a flag of an unused component is refused as having no effect', () => {
    expect(complaints('join --dir x --window 5m --lateness 3')).toEqual([
      '--window has no effect here; it is a flag of processor candles',
    ]);
    expect(complaints('join --dir x', { config: { window: '5m' } })).toEqual([]);
  });

  test('too many operands and too few are refused', () => {
    expect(complaints('join candles join --dir x')).toEqual(["unexpected argument 'join'"]);
    const one = defineCommand({
      operands: { usage: '<topic>', noun: 'topic', least: 1, most: 1 },
      options: {},
      components: [],
      examples: [],
      run: async () => {},
    }) as CommandSpec;
    expect(complaints('', {}, one)).toEqual(['missing topic: write <topic>']);
  });

  test('an operand unlike any allowed name lists all allowed names', () => {
    expect(complaints('elephant --dir x')).toEqual(["no processor 'elephant'; choose from candles, join"]);
  });

  test('a bug in a parser is not reported as a user error', () => {
    const broken = { ...text('--x', '<x>', '', ''), parse: () => (undefined as unknown as string[]).length };
    const command = { options: { broken }, components: [], examples: [], run: async () => {} };
    expect(() => read('--x 1', {}, command)).toThrow(TypeError);
  });
});

test('isOnCommandLine is true only for settings on the command line', () => {
  const { call } = read('--dir x', { config: { once: true } });
  expect([call.isOnCommandLine('--dir'), call.isOnCommandLine('--once')]).toEqual([true, false]);
});

describe('a flag that another implies', () => {
  const implying = {
    ...spec,
    implied: (has) => (has('--once') ? { '--retries': '9' } : {}),
  } satisfies CommandSpec;
  const retries = (argv: string, given: Partial<RawSettings> = {}) =>
    read(`--dir x ${argv}`, given, implying).call.settings.retries;

  test('overrides the environment, but not the command line', () => {
    expect(retries('--once', { env: { CRYPTOPIPE_RETRIES: '2' } })).toBe(9);
    expect(retries('--once --retries 4')).toBe(4);
  });

  test('a flag implies another one on the command line only', () => {
    expect(retries('', { env: { CRYPTOPIPE_ONCE: 'true' }, config: { once: true } })).toBe(3);
  });
});

test('a fixed text overrides a given setting', () => {
  const { call } = read('--dir x --no-echo');
  expect(call.of(join.options, { '--lateness': '5' })).toEqual({ lateness: 5, noEcho: true });
});

test('two conflicting declarations of one flag throw', () => {
  const other = { ...join, options: { once: optionalText('--once', '<text>', 'Another meaning.') } };
  expect(() => read('', {}, { ...spec, components: [other] } as CommandSpec)).toThrow(
    '--once is declared in two different ways',
  );
});

test('two declarations that differ only in their help are one flag with both help texts', () => {
  const other = { ...join, options: { once: toggle('--once', 'Another meaning.') } };
  expect(allOptions({ ...spec, components: [other] }).get('--once')?.help).toBe('Once. Another meaning.');
});

test('environment names derive from flags', () => {
  expect(envName('--commit-every')).toBe('CRYPTOPIPE_COMMIT_EVERY');
});
