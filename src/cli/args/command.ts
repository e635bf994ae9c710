import type { Option, Options, Settings } from '../../core/option.ts';
import type { Io } from '../process/io.ts';

/** The part of a source's, processor's or sink's declaration that the command line uses. */
export interface Component {
  readonly kind: 'source' | 'processor' | 'sink';
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly examples: readonly string[];
}

/** The arguments of a command that belong to no flag. */
export interface Operands {
  /** As shown in help: `[names...]`. */
  readonly usage: string;
  /** What each operand is: `topic`, `processor`. */
  readonly noun: string;
  readonly least: number;
  readonly most: number;
  /** Allowed names; absent: any. */
  readonly allowed?: readonly string[];
  /** Throws RangeError whose message says what is allowed. */
  readonly parse?: (word: string) => unknown;
}

/** Something wrong with the user's input. Only the first complaint for each `about` is shown. */
export interface Complaint {
  /** A flag or an operand. */
  readonly about: string;
  /** What is wrong and what to do, in one line. */
  readonly text: string;
}

/** A validated command line. */
export interface Call<O extends Options> {
  readonly settings: Settings<O>;
  readonly operands: readonly string[];
  /** True for a flag on the command line; false for a setting from the environment, a file or a default. */
  readonly isOnCommandLine: (flag: string) => boolean;
  /**
   * Settings of a component; options that the command does not take get their defaults. `fixed` overrides settings: texts
   * by flag.
   */
  readonly of: <C extends Options>(options: C, fixed?: Readonly<Record<string, string>>) => Settings<C>;
}

/** A command's declaration. Its name and summary are in commands/index.ts, so that help need not load it. */
export interface CommandSpec<O extends Options = Options> {
  readonly operands?: Operands;
  readonly options: O;
  /** Flags that most users need, most common first; help lists them on top. Absent: no such group. */
  readonly everyday?: readonly Option<unknown>['flag'][];
  /** Components whose options this command accepts. */
  readonly components: readonly Component[];
  /**
   * Set when a call uses a single sink: what names it, an operand ('word') or the value of this flag. Sinks may then declare
   * the same flag differently.
   */
  readonly oneSink?: 'word' | Option<unknown>['flag'];
  /** Flags, with their texts, that the flags on the command line imply; a flag on the command line wins. */
  implied?(isOnCommandLine: (flag: string) => boolean): Readonly<Record<string, string>>;
  /** The components that this call uses; flags of the others are refused as having no effect. Absent: all. */
  chosen?(call: Call<O>): readonly Component[];
  /** Complaints that no single option's parser can find. */
  check?(call: Call<O>): readonly Complaint[];
  /** Complaints about the environment and about files named by settings. */
  inspect?(call: Call<O>, io: Pick<Io, 'env' | 'clock' | 'errIsTerminal'>): Promise<readonly Complaint[]>;
  readonly examples: readonly string[];
  run(call: Call<O>, io: Io): Promise<void>;
}

/** Infers the settings' types from the declaration. */
export function defineCommand<O extends Record<string, Option<unknown>>>(
  spec: CommandSpec<O>,
): CommandSpec<O> {
  return spec;
}

const FACTS = ['placeholder', 'fallbackText', 'bounds', 'repeatable'] as const;

/**
 * Every option of a command, once; the command's own options first. Components may share a flag if their declarations
 * differ only in the help text; among sinks that are never used together, the first declaration wins.
 * Throws Error on conflicting declarations (a programming error that a test finds).
 */
export function allOptions(
  spec: Pick<CommandSpec, 'options' | 'components' | 'oneSink'>,
): ReadonlyMap<string, Option<unknown>> {
  const byFlag = new Map<string, Option<unknown>>();
  const ofSinks = new Set<string>();
  const add = (option: Option<unknown>, ofSink: boolean): void => {
    const known = byFlag.get(option.flag);
    const isAnother = ofSink && ofSinks.has(option.flag) && spec.oneSink !== undefined;
    if (ofSink) ofSinks.add(option.flag);
    if (known === undefined) byFlag.set(option.flag, option);
    else if (isAnother) return;
    else if (FACTS.some((fact) => known[fact] !== option[fact]))
      throw new Error(`${option.flag} is declared in two different ways`);
    else if (known.help !== option.help)
      byFlag.set(option.flag, { ...known, help: `${known.help} ${option.help}` });
  };
  for (const option of Object.values(spec.options)) add(option, false);
  for (const { kind, options } of spec.components)
    for (const option of Object.values(options)) add(option, kind === 'sink');
  return byFlag;
}
