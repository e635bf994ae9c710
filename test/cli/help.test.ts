import { describe, expect, test } from 'vitest';
import { allOptions, type CommandSpec } from '../../src/cli/args/command.ts';
import { commonOptions } from '../../src/cli/args/common-options.ts';
import { envName } from '../../src/cli/args/resolve-settings.ts';
import { COMMANDS, loadCommand } from '../../src/cli/commands/index.ts';
import { commandHelp, type HelpRequest, overview } from '../../src/cli/help.ts';
import { candles, join, spec } from './fakes.ts';

/** A help text without its line breaks. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

const help = (request: Partial<HelpRequest> = {}, of: CommandSpec = spec) =>
  commandHelp('process', of, { components: of.components, all: false, width: 80, ...request });

describe('the help of a command', () => {
  const text = help({ all: true });

  test('lists every option of the command and its components with --help all', () => {
    for (const option of allOptions(spec).values()) {
      expect(text).toContain(option.flag);
      expect(flat(text)).toContain(flat(option.help));
      expect(text).toContain(envName(option.flag));
    }
  });

  test('shows bounds and the default after the text, and environment variables at the right edge', () => {
    expect(flat(text)).toContain('Window lengths. [repeatable; 1s to 1d; default 10m]');
    expect(text).toMatch(/^ {2}--window <spans> +CRYPTOPIPE_WINDOW$/m);
    expect(text).toMatch(/^ {2}--dir <dir> +CRYPTOPIPE_DIR, LAKE_DIR$/m);
  });

  test('lists an option shared by two components once', () => {
    expect(text.match(/--lateness/g)).toHaveLength(1);
  });

  test('starts with examples and groups options by component', () => {
    expect(text).toMatch(
      /^Usage: cryptopipe process \[names\.\.\.\] \[flags\]\n\n[^\n]+\n\nExamples:\n {2}cryptopipe process --once\n/,
    );
    expect(text).toContain('Processor candles: Does candles.');
  });

  test('names each component in a line, and leaves its flags to --help NAME', () => {
    const text = help();
    expect(text).toMatch(/\nProcessors:\n {2}candles +Does candles\.\n/);
    expect(text).not.toContain('--lateness');
    expect(help({ components: [candles] })).toContain('--lateness');
  });

  test('lists only the requested components', () => {
    const one = help({ components: [join] });
    expect(one).toContain('--no-echo');
    expect(one).not.toContain('--window');
    expect(candles.options.windows?.flag).toBe('--window');
  });

  test('lists common flags first, and shared flags only with --help all', () => {
    const everyday: CommandSpec = {
      ...spec,
      options: { ...spec.options, ...commonOptions },
      everyday: ['--window'],
    };
    const short = help({}, everyday);
    expect(short.indexOf('Common flags:')).toBeLessThan(short.indexOf('--dir'));
    expect(short.indexOf('--window')).toBeLessThan(short.indexOf('More flags:'));
    for (const flag of ['--bus', '--kafka-option', '--env-from']) {
      expect(short).not.toContain(`${flag} `);
      expect(help({ all: true }, everyday)).toContain(`${flag} `);
    }
    expect(short).toContain('cryptopipe process --help all');
    expect(short).not.toContain('CRYPTOPIPE_WINDOW');
  });

  test.each(Object.keys(COMMANDS).flatMap((name) => [60, 80].map((width) => ({ name, width }))))(
    '$name fits $width columns and tears no word',
    async ({ name, width }) => {
      const real = await loadCommand(name);
      for (const all of [false, true]) {
        const shown = commandHelp(name, real, { components: real.components, all, width });
        for (const line of shown.split('\n')) {
          const isOneWord = !line.trim().includes(' ');
          if (!/^Usage:|"/.test(line) && !isOneWord) expect(line.length, line).toBeLessThanOrEqual(width);
        }
        for (const option of allOptions(real).values())
          if (all)
            for (const name of option.env) expect(shown).toMatch(new RegExp(`(^|\\s)${name}(,|$)`, 'm'));
      }
    },
  );
});

test('an example longer than the terminal is broken before a flag, and can still be copied', async () => {
  const sink = await loadCommand('sink');
  const components = sink.components.filter(({ name }) => name === 's3');
  const shown = commandHelp('sink', sink, { components, all: false, width: 60 });
  expect(shown).toContain(
    [
      '  cryptopipe sink s3 --url s3://lake-house/crypto \\',
      '      --endpoint http://localhost:9000 --once\n',
    ].join('\n'),
  );
});

test('the overview lists every command, and a group its own commands', () => {
  const all = overview('', '1.2.3', 100);
  for (const [name, { summary }] of Object.entries(COMMANDS)) {
    const [first = '', second] = name.split(' ');
    expect(all).toContain(`  ${first} `);
    const group = second === undefined ? '' : overview(first, '1.2.3', 100);
    if (second !== undefined) expect(group).toMatch(new RegExp(`^  ${second} `, 'm'));
    expect(flat(all + group)).toContain(summary);
  }
});
