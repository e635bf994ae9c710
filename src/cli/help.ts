import { Command, Option as CommanderOption } from 'commander';
import type { Option } from '../core/option.ts';
import type { CommandSpec, Component } from './command.ts';
import { COMMANDS, GROUPS } from './commands.ts';
import { envName } from './typed.ts';

/** A line wider than this is hard to read. */
const WIDEST = 110;

const sized = (command: Command, width: number) =>
  command.configureHelp({ helpWidth: Math.min(width, WIDEST) });

function describe(option: Option<unknown>): string {
  const facts = [
    option.fallbackText === '' ? '' : `default: ${option.fallbackText}`,
    option.bounds === undefined ? '' : `allowed: ${option.bounds}`,
    option.repeatable ? 'repeatable' : '',
    `env: ${[envName(option.flag), ...option.env].join(', ')}`,
  ];
  return `${option.help} (${facts.filter((fact) => fact !== '').join('; ')})`;
}

function addOption(command: Command, option: Option<unknown>, heading: string): void {
  const flags = option.placeholder === undefined ? option.flag : `${option.flag} ${option.placeholder}`;
  const shown = new CommanderOption(flags, describe(option)).helpGroup(heading);
  // A flag such as --no-retweets is a name to us, and must not be read as the opposite of one.
  shown.negate = false;
  command.addOption(shown);
}

const examplesText = (examples: readonly string[]): string =>
  examples.length === 0 ? '' : `\nExamples:\n${examples.map((example) => `  ${example}\n`).join('')}`;

/** `cryptopipe NAME --help`. `components`: those to show; an option that several share stands with the first; help for one component has its own. */
export function commandHelp(
  name: string,
  spec: Pick<CommandSpec, 'operands' | 'options' | 'examples'>,
  components: readonly Component[],
  width: number,
): string {
  const command = sized(new Command(`cryptopipe ${name}`), width)
    .description(COMMANDS[name]?.summary ?? '')
    .usage([spec.operands?.usage, '[flags]'].filter(Boolean).join(' '))
    .addHelpOption(new CommanderOption('-h, --help', 'Show this.').helpGroup('Flags:'));
  const shown = new Set<string>();
  const add = (options: Iterable<Option<unknown>>, heading: string) => {
    for (const option of options)
      if (!shown.has(option.flag)) {
        shown.add(option.flag);
        addOption(command, option, heading);
      }
  };
  add(Object.values(spec.options), 'Flags:');
  for (const { kind, name, summary, options } of components) {
    const sentence = summary.replace(/\.$/, '');
    add(Object.values(options), `${kind[0]!.toUpperCase()}${kind.slice(1)} ${name} (${sentence}):`);
  }
  const ofThis = (example: string) => example.includes(`cryptopipe ${name} `);
  const examples = [...spec.examples, ...components.flatMap(({ examples }) => examples.filter(ofThis))];
  return command.helpInformation() + examplesText([...new Set(examples)]);
}

/** `cryptopipe --help`, and `cryptopipe topics --help` for the commands that begin with `first`. */
export function overview(first: string, version: string, width: number): string {
  const program = sized(new Command(['cryptopipe', first].filter(Boolean).join(' ')), width)
    .usage('<command> [flags]')
    .helpOption('-h, --help', "Show this; after a command, the command's flags.")
    .helpCommand(false);
  const add = (name: string, summary: string) =>
    program.addCommand(new Command(name).description(summary).usage(' '));
  if (first === '') {
    program
      .description('Collect coin posts and prices, join, window and score them, and land them in a lake.')
      .version(version, '-V, --version', 'Show the version.');
    for (const [name, { summary }] of Object.entries(COMMANDS)) if (!name.includes(' ')) add(name, summary);
    for (const [name, summary] of Object.entries(GROUPS)) add(name, summary);
    return (
      program.helpInformation() +
      examplesText([
        'cryptopipe run --sample',
        'cryptopipe produce --coin eth',
        'cryptopipe produce prices --source file --file btc.csv --base btc --quote usdt',
        'cryptopipe process --once',
        'cryptopipe sink file --dir lake --once',
      ])
    );
  }
  program.description(GROUPS[first] ?? '');
  for (const [name, { summary }] of Object.entries(COMMANDS))
    if (name.startsWith(`${first} `)) add(name.slice(first.length + 1), summary);
  return program.helpInformation();
}
