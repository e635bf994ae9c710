import { version } from '../../package.json';
import type { Settings } from '../core/option.ts';
import { allOptions, type CommandSpec } from './args/command.ts';
import type { commonOptions } from './args/common-options.ts';
import { readConfig } from './args/config.ts';
import { addEnvFiles } from './args/env-files.ts';
import { envName, resolveSettings } from './args/resolve-settings.ts';
import { didYouMean } from './args/suggest.ts';
import { type CommandTokens, tokenize } from './args/tokenize.ts';
import { unknownEnv, unknownVariables } from './args/unknown-env.ts';
import { usageError } from './args/usage.ts';
import { COMMANDS, GROUPS, loadCommand } from './commands/index.ts';
import { commandHelp, overview } from './help.ts';
import { commandText } from './output/credentials.ts';
import { exitCode, report } from './output/report.ts';
import { type BusSettings, busComplaints } from './pipeline/bus.ts';
import { loggerFor } from './pipeline/session.ts';
import type { Io } from './process/io.ts';

const asksForHelp = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h');
};

/** Every flag of every command: a config file and the environment may hold settings of other commands. */
async function everyFlag(): Promise<Set<string>> {
  const specs = await Promise.all(Object.keys(COMMANDS).map(loadCommand));
  return new Set(specs.flatMap((spec) => [...allOptions(spec).keys()]));
}

/** Warnings about unknown variables. Loads the other commands only when this command does not know a variable. */
async function variableWarnings(env: Io['env'], options: ReturnType<typeof allOptions>): Promise<string[]> {
  const own = new Set([...options.keys()].map(envName));
  if (unknownVariables(env, own).length === 0) return [];
  return unknownEnv(env, new Set([...(await everyFlag())].map(envName)));
}

/** The file named by `--config`. Where the flag is repeatable (topics create), a text with `=` is a topic setting. */
function configFile({ texts }: CommandTokens, options: ReturnType<typeof allOptions>): string | undefined {
  const values = texts.get('--config') ?? [];
  const both = options.get('--config')?.repeatable === true;
  return values.filter((text) => !both || !text?.includes('=')).at(-1);
}

/** Validates everything typed and reports all complaints together, then runs the command. */
async function runCommand(name: string, spec: CommandSpec, argv: readonly string[], io: Io): Promise<void> {
  const options = allOptions(spec);
  const tokens = tokenize(options, argv);
  const files = addEnvFiles(io.env, (flag) => tokens.texts.get(flag)?.at(-1) ?? io.env[envName(flag)]);
  const { env } = files;
  const file = configFile(tokens, options) ?? env[envName('--config')];
  const config = file ? readConfig(file, await everyFlag()) : { values: {}, complaints: [] };
  const { call, complaints } = resolveSettings(spec, { tokens, env, config: config.values });
  const ofBus = await busComplaints(call.settings as Partial<BusSettings>, env);
  const all = [
    ...complaints,
    ...files.complaints,
    ...config.complaints,
    ...((await spec.inspect?.(call, { ...io, env })) ?? []),
    ...ofBus.map((text) => ({ about: text, text })),
  ];
  if (all.length > 0) throw usageError(all, name);
  const { warn } = loggerFor(call.settings as Settings<typeof commonOptions>, io);
  for (const warning of await variableWarnings(env, options)) warn(warning);
  io.protect((call.settings as Partial<Settings<typeof commonOptions>>).mode);
  await spec.run(call, { ...io, env, command: commandText([...name.split(' '), ...argv]) });
}

/** Help for the named components, or for all of them; the word `all` adds the shared flags. */
async function helpFor(name: string, argv: readonly string[], width: number): Promise<string> {
  const spec = await loadCommand(name);
  const words = argv.flatMap((word) => word.split(','));
  const named = spec.components.filter((component) => words.includes(component.name));
  const components = named.length > 0 ? named : spec.components;
  return commandHelp(name, spec, { components, all: argv.includes('all'), width });
}

async function dispatch(argv: readonly string[], io: Io): Promise<void> {
  const [first, second] = argv;
  if (first === undefined || first === '--help' || first === '-h')
    return io.out(overview('', version, io.width));
  if (first === '--version' || first === '-V') return io.out(`${version}\n`);
  if (first === 'help') return dispatch([...argv.slice(1), '--help'], io);
  if (Object.hasOwn(GROUPS, first)) {
    const name = `${first} ${second}`;
    if (Object.hasOwn(COMMANDS, name)) return start(name, argv.slice(2), io);
    if (second === undefined || asksForHelp(argv)) return io.out(overview(first, version, io.width));
    const known = Object.keys(COMMANDS).flatMap((key) =>
      key.startsWith(`${first} `) ? [key.slice(first.length + 1)] : [],
    );
    throw unknownCommand(second, known, first);
  }
  const both = `${first} ${second}`;
  if (Object.hasOwn(COMMANDS, both)) return start(both, argv.slice(2), io);
  if (Object.hasOwn(COMMANDS, first)) return start(first, argv.slice(1), io);
  const known = [...Object.keys(COMMANDS).filter((name) => !name.includes(' ')), ...Object.keys(GROUPS)];
  throw unknownCommand(first, known, '');
}

function unknownCommand(word: string, known: readonly string[], group: string) {
  const text = word.startsWith('-')
    ? `flag '${word}' must follow the command: cryptopipe <command> ${word}`
    : `unknown command '${[group, word].filter(Boolean).join(' ')}'${didYouMean(word, known) || `; commands: ${known.join(', ')}`}`;
  return usageError([{ about: word, text }], group);
}

async function start(name: string, argv: readonly string[], io: Io): Promise<void> {
  if (asksForHelp(argv)) return io.out(await helpFor(name, argv, io.width));
  return runCommand(name, await loadCommand(name), argv, io);
}

/** The whole program, apart from its process. Returns the exit code. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  try {
    await dispatch(argv, io);
    return 0;
  } catch (error) {
    io.err(report(error, Boolean(io.env.CRYPTOPIPE_TRACE)));
    return exitCode(error);
  }
}
