import { describe, expect, test } from 'vitest';
import { allOptions } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { commandHelp, overview } from '../../src/cli/help.ts';
import { envName } from '../../src/cli/typed.ts';
import { candles, join, spec } from './fakes.ts';

/** A help text without its line breaks. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

describe("a command's help", () => {
  const text = commandHelp('process', spec, spec.components, 100);

  test('has every option of the command and its components, with its environment name', () => {
    for (const option of allOptions(spec).values()) {
      expect(text).toContain(option.flag);
      expect(flat(text)).toContain(flat(option.help));
      expect(text).toContain(envName(option.flag));
    }
  });

  test('says default, bounds and further environment names', () => {
    expect(flat(text)).toContain(
      'Window lengths. (default: 10m; allowed: 1s to 1d; repeatable; env: CRYPTOPIPE_WINDOW)',
    );
    expect(flat(text)).toContain('env: CRYPTOPIPE_DIR, LAKE_DIR');
  });

  test('an option that two components share stands once', () => {
    expect(text.match(/--lateness/g)).toHaveLength(1);
  });

  test('groups options by component and ends with all examples', () => {
    expect(text).toContain('Processor candles (Does candles):');
    expect(text.slice(text.indexOf('Examples:'))).toBe(
      'Examples:\n  cryptopipe process --once\n  cryptopipe process candles --once\n  cryptopipe process join --once\n',
    );
    expect(text).toMatch(/^Usage: cryptopipe process \[names\.\.\.\] \[flags\]\n/);
  });

  test('shows the components asked for alone', () => {
    const one = commandHelp('process', spec, [join], 100);
    expect(one).toContain('--no-echo');
    expect(one).not.toContain('--window');
    expect(candles.options.windows?.flag).toBe('--window');
  });

  test('no line is wider than the terminal', () => {
    for (const line of commandHelp('process', spec, spec.components, 80).split('\n'))
      if (!line.startsWith('  cryptopipe')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

test('the overview has every command, the groups with theirs', () => {
  const all = overview('', '1.2.3', 100);
  for (const [name, { summary }] of Object.entries(COMMANDS)) {
    const [first = '', second] = name.split(' ');
    expect(all).toContain(`  ${first} `);
    const group = second === undefined ? '' : overview(first, '1.2.3', 100);
    if (second !== undefined) expect(group).toMatch(new RegExp(`^  ${second} `, 'm'));
    expect(flat(all + group)).toContain(summary);
  }
});
