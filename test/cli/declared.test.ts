import { describe, expect, test } from 'vitest';
import { allOptions } from '../../src/cli/args/command.ts';
import { resolveSettings } from '../../src/cli/args/resolve-settings.ts';
import { tokenize } from '../../src/cli/args/tokenize.ts';
import { COMMANDS, loadCommand } from '../../src/cli/commands/index.ts';
import { commandHelp } from '../../src/cli/help.ts';

/** The real commands and components: what no unit test with fakes can see. */
describe.each(Object.keys(COMMANDS))('%s', (name) => {
  test('has every declared option of every component in its help', async () => {
    const spec = await loadCommand(name);
    const help = commandHelp(name, spec, { components: spec.components, all: true, width: 100 });
    for (const flag of allOptions(spec).keys()) expect(help).toMatch(new RegExp(`^  ${flag}( |$)`, 'm'));
    for (const component of spec.components)
      for (const example of component.examples)
        expect(help.includes(example), example).toBe(example.includes(`cryptopipe ${name} `));
  });

  test('has defaults that its own parsers accept', async () => {
    const spec = await loadCommand(name);
    for (const option of allOptions(spec).values())
      if (option.fallbackText !== '' && option.flag !== '--from')
        expect(option.parse(option.fallbackText), option.flag).toEqual(option.fallback);
  });
});

test('every example in the help is a valid command line', async () => {
  const specs = new Map(
    await Promise.all(Object.keys(COMMANDS).map(async (name) => [name, await loadCommand(name)] as const)),
  );
  const examples = [...specs.values()].flatMap((spec) => [
    ...spec.examples,
    ...spec.components.flatMap((one) => one.examples),
  ]);
  expect(examples.length).toBeGreaterThan(10);
  for (const example of new Set(examples)) {
    const line = example.split(' | ').find((part) => part.startsWith('cryptopipe ')) ?? '';
    const words = [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)]
      .map(([word]) => word.replaceAll(word.includes('"') ? '"' : "'", ''))
      .slice(1);
    const name = specs.has(words.slice(0, 2).join(' ')) ? words.slice(0, 2).join(' ') : words[0]!;
    const argv = words.slice(name.split(' ').length);
    expect(specs.has(name), example).toBe(true);
    const spec = specs.get(name)!;
    const { complaints } = resolveSettings(spec, {
      tokens: tokenize(allOptions(spec), argv),
      env: {},
      config: {},
    });
    expect(complaints, example).toEqual([]);
  }
});
