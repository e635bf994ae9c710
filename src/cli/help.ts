import { Command, Option as CommanderOption, type Help } from 'commander';
import type { Option } from '../core/option.ts';
import type { CommandSpec, Component } from './args/command.ts';
import { SHARED_FLAGS } from './args/common-options.ts';
import { envName } from './args/resolve-settings.ts';
import { COMMANDS, GROUPS } from './commands/index.ts';

/** Lines longer than this are hard to read. */
const WIDEST = 110;
/** Width of the flag column; the text of a longer flag starts on the next line. */
const FLAG_COLUMN = 26;
const NARROWEST_TEXT = 44;
const INDENT = '  ';
/** Ends a line of a command that goes on. */
const CONTINUED = ' \\';

/** Separates a flag's text from the environment names that `--help all` shows at the right edge. */
const ENV_SEPARATOR = '\u0000';

/** Lays out one flag or command: its text goes beside it if both fit, otherwise below it. */
function formatItem(term: string, _width: number, description: string, helper: Help): string {
  const width = helper.helpWidth ?? 80;
  const [text = '', env] = description.split(ENV_SEPARATOR);
  const wrap = (columns: number, indent: string) =>
    helper.boxWrap(text, columns).replaceAll('\n', `\n${indent}`);
  const below = INDENT.repeat(3);
  if (env !== undefined) {
    const gap = width - INDENT.length - term.length - env.length;
    const names = helper.boxWrap(env, width - INDENT.length).split('\n');
    const head =
      gap >= 2
        ? `${term}${' '.repeat(gap)}${env}`
        : [term, ...names.map((line) => line.padStart(width))].join('\n');
    return `${INDENT}${head}\n${below}${wrap(width - below.length, below)}`;
  }
  const column = INDENT.length + FLAG_COLUMN + 1;
  if (term.length > FLAG_COLUMN || width - column < NARROWEST_TEXT)
    return `${INDENT}${term}\n${below}${wrap(width - below.length, below)}`;
  return `${INDENT}${term.padEnd(FLAG_COLUMN + 1)}${wrap(width - column, ' '.repeat(column))}`;
}

const sized = (command: Command, width: number) =>
  command.configureHelp({ helpWidth: Math.min(width, WIDEST), minWidthToWrap: 20, formatItem });

/** A list of addresses has blanks after its commas, so that it can be wrapped. */
const wrappable = (text: string): string => (text.includes('://') ? text.replaceAll(',', ', ') : text);

function describe(option: Option<unknown>, withEnv: boolean): string {
  const facts = [
    option.repeatable ? 'repeatable' : '',
    option.bounds ?? '',
    option.fallbackText === '' ? '' : `default ${wrappable(option.fallbackText)}`,
  ].filter((fact) => fact !== '');
  const text = facts.length === 0 ? option.help : `${option.help} [${facts.join('; ')}]`;
  return withEnv ? `${text}${ENV_SEPARATOR}${[envName(option.flag), ...option.env].join(', ')}` : text;
}

function addOption(command: Command, option: Option<unknown>, heading: string, withEnv: boolean): void {
  const flags = option.placeholder === undefined ? option.flag : `${option.flag} ${option.placeholder}`;
  const shown = new CommanderOption(flags, describe(option, withEnv)).helpGroup(heading);
  // Commander would read a flag such as --no-retweets as the negation of --retweets.
  shown.negate = false;
  command.addOption(shown);
}

/** An example on one line if it fits, else on several that a shell takes as one, broken before flags and quoted texts. */
function wrapExample(example: string, width: number): string {
  const lines: string[] = [];
  for (const part of example.split(/ (?=--|")/)) {
    const joined = lines.length === 0 ? INDENT + part : `${lines.at(-1)} ${part}`;
    if (lines.length === 0 || joined.length + CONTINUED.length <= width) lines.splice(-1, 1, joined);
    else lines.push(INDENT.repeat(3) + part);
  }
  return `${INDENT}${example}`.length <= width ? `${INDENT}${example}` : lines.join(`${CONTINUED}\n`);
}

const examplesText = (examples: readonly string[], width: number): string =>
  examples.length === 0
    ? ''
    : `Examples:\n${examples.map((example) => `${wrapExample(example, width)}\n`).join('')}\n`;

/** Inserts the examples below the description: readers look for a line to copy first. */
function withExamples(help: string, examples: readonly string[], before: string, width: number): string {
  const at = help.indexOf(`\n${before}`) + 1;
  return help.slice(0, at) + examplesText(examples, width) + help.slice(at);
}

export interface HelpRequest {
  /** Components to show; an option shared by several is listed once, with the first. */
  readonly components: readonly Component[];
  /** Also shows the flags that all commands share, and the environment name of each flag. */
  readonly all: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

type HelpSpec = Pick<CommandSpec, 'operands' | 'options' | 'everyday' | 'components' | 'examples'>;

function examplesOf(name: string, spec: HelpSpec, { components, all }: HelpRequest): readonly string[] {
  const ofThis = (example: string) => example.includes(`cryptopipe ${name} `);
  const theirs = components.map(({ examples }) => examples.filter(ofThis));
  const isWhole = components.length === spec.components.length;
  if (all || !isWhole) return [...new Set([...spec.examples, ...theirs.flat()])];
  return spec.examples.length > 0 ? spec.examples : theirs.flatMap((examples) => examples.slice(0, 1));
}

const capitalized = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

/**
 * The text of `cryptopipe NAME --help`: examples, common flags, and the flags of the components that were asked for, or a list of
 * all components; with `all` every flag.
 */
export function commandHelp(name: string, spec: HelpSpec, request: HelpRequest): string {
  const { components, all, width } = request;
  const command = sized(new Command(`cryptopipe ${name}`), width)
    .description(COMMANDS[name]?.summary ?? '')
    .usage([spec.operands?.usage, '[flags]'].filter(Boolean).join(' '))
    .helpOption(false);
  const everyday = new Set<string>(spec.everyday ?? []);
  const shown = new Set<string>();
  const add = (options: Iterable<Option<unknown>>, heading: string) => {
    for (const option of options)
      if (!shown.has(option.flag)) {
        shown.add(option.flag);
        addOption(command, option, heading, all);
      }
  };
  const own = Object.values(spec.options);
  const isShared = ({ flag }: Option<unknown>) =>
    SHARED_FLAGS.has(flag) && (spec.everyday !== undefined || flag !== '--bus');
  const every = [...own, ...components.flatMap(({ options }) => Object.values(options))];
  add(
    [...everyday].flatMap((flag) => every.filter((option) => option.flag === flag).slice(0, 1)),
    'Common flags:',
  );
  add(
    own.filter((option) => !isShared(option)),
    everyday.size === 0 ? 'Flags:' : 'More flags:',
  );
  const isList = !all && components.length > 1 && components.length === spec.components.length;
  for (const { kind, name: part, summary, options } of isList ? [] : components) {
    const heading = `${capitalized(kind)} ${part}: ${summary}`;
    add(Object.values(options), command.createHelp().boxWrap(heading, Math.min(width, WIDEST)));
  }
  if (all) add(own, 'Shared flags:');
  const first = command.options[0]?.helpGroupHeading ?? '';
  return (
    withExamples(command.helpInformation(), examplesOf(name, spec, request), first, width) +
    (isList ? componentList(components, command.createHelp()) : '') +
    (all ? '' : moreHelp(name, spec, width))
  );
}

/** The components by kind, a line for each. */
function componentList(components: readonly Component[], helper: Help): string {
  const kinds = [...new Set(components.map(({ kind }) => kind))];
  const itemsOf = (of: string) =>
    components.flatMap(({ kind, name, summary }) =>
      kind === of ? [`${formatItem(name, 0, summary, helper)}\n`] : [],
    );
  return kinds.map((kind) => `\n${capitalized(kind)}s:\n${itemsOf(kind).join('')}`).join('');
}

function moreHelp(name: string, spec: HelpSpec, width: number): string {
  const [part] = spec.components;
  const lines = [
    `${`cryptopipe ${name} --help all`.padEnd(36)}  every flag, with its environment variables`,
    ...(part === undefined
      ? []
      : [`${`cryptopipe ${name} --help ${part.name}`.padEnd(36)}  flags of one ${part.kind}`]),
    ...Object.keys(COMMANDS)
      .filter((other) => other.startsWith(`${name} `))
      .map((other) => `${`cryptopipe ${other} --help`.padEnd(36)}  help of ${other}`),
  ];
  const fits = lines.every((line) => line.length + INDENT.length <= width);
  return `\nMore help:\n${lines.map((line) => `  ${fits ? line : line.replace(/ {2,}/, '\n      ')}\n`).join('')}`;
}

/** `cryptopipe --help`; with `first`, the help of a command group such as `cryptopipe topics --help`. */
export function overview(first: string, version: string, width: number): string {
  const program = sized(new Command(['cryptopipe', first].filter(Boolean).join(' ')), width)
    .usage('<command> [flags]')
    .helpOption('-h, --help', 'Show this help, or the flags of a command.')
    .helpCommand(false);
  const add = (name: string, summary: string) =>
    program.addCommand(new Command(name).description(summary).usage(' '));
  if (first === '') {
    program
      .description('Collect coin posts and prices; join, window and score them; write them to a data lake.')
      .version(version, '-V, --version', 'Show the version.');
    for (const [name, { summary }] of Object.entries(COMMANDS))
      if (!Object.keys(GROUPS).some((group) => name.startsWith(`${group} `))) add(name, summary);
    for (const [name, summary] of Object.entries(GROUPS)) add(name, summary);
    return withExamples(
      program.helpInformation(),
      [
        'cryptopipe run --sample',
        'cryptopipe import btc.csv --base btc --quote usdt --window 5m,1h --dir lake',
        'cryptopipe produce --coin eth',
        'cryptopipe process --once',
        'cryptopipe sink file --dir lake --once',
      ],
      'Options:',
      width,
    );
  }
  program.description(GROUPS[first] ?? '');
  for (const [name, { summary }] of Object.entries(COMMANDS))
    if (name.startsWith(`${first} `)) add(name.slice(first.length + 1), summary);
  return program.helpInformation();
}
