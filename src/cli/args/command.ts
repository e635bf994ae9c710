import type { Option, Options, Settings } from '../../core/option.ts';
import type { Io } from '../process/io.ts';

/** What a source, processor or sink declares, as far as the command line cares. */
export interface Component {
  readonly kind: 'source' | 'processor' | 'sink';
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly examples: readonly string[];
}

/** The words of a command line that belong to no flag. */
export interface Operands {
  /** As help shows them: `[names...]`. */
  readonly usage: string;
  /** What one is: `topic`, `processor`. */
  readonly noun: string;
  readonly least: number;
  readonly most: number;
  /** Names that count; absent when any does. */
  readonly allowed?: readonly string[];
  /** Throws RangeError with a sentence that says what is allowed. */
  readonly parse?: (word: string) => unknown;
}

/** Something wrong with what was typed. One complaint for each `about` is shown: the first. */
export interface Complaint {
  /** A flag or a word. */
  readonly about: string;
  /** What is wrong and what to do, in one line. */
  readonly text: string;
}

/** A command line, checked. */
export interface Call<O extends Options> {
  readonly settings: Settings<O>;
  readonly operands: readonly string[];
  /** True for a flag that was typed, not one from the environment, a file or a default. */
  readonly typed: (flag: string) => boolean;
  /**
   * Settings of a component, those that the command does not take at their defaults; `fixed` has texts by flag that overrule
   * what was given.
   */
  readonly of: <C extends Options>(options: C, fixed?: Readonly<Record<string, string>>) => Settings<C>;
}

/** A command as it declares itself; its name and summary stand in commands.ts, so that help need not load it. */
export interface CommandSpec<O extends Options = Options> {
  readonly operands?: Operands;
  readonly options: O;
  /** Flags that most users need, the most common first; help lists them on top. Absent: no such group. */
  readonly everyday?: readonly Option<unknown>['flag'][];
  /** Whose options it takes over. */
  readonly components: readonly Component[];
  /**
   * Of the sinks one is used, the one that a word or the text of this flag names: the same flag may mean something else
   * to another.
   */
  readonly oneSink?: 'word' | Option<unknown>['flag'];
  /** The components that this call uses; the others' flags would have no effect. Absent: all. */
  chosen?(call: Call<O>): readonly Component[];
  /** What no single option's parser can see. */
  check?(call: Call<O>): readonly Complaint[];
  /** What the environment tells, and the files that the settings name. */
  inspect?(call: Call<O>, env: Io['env']): Promise<readonly Complaint[]>;
  readonly examples: readonly string[];
  run(call: Call<O>, io: Io): Promise<void>;
}

/** Keeps the settings' types while declaring. */
export function defineCommand<O extends Record<string, Option<unknown>>>(
  spec: CommandSpec<O>,
): CommandSpec<O> {
  return spec;
}

const FACTS = ['placeholder', 'fallbackText', 'bounds', 'repeatable'] as const;

/**
 * Every option of a command once, its own first. Components may share a flag when they declare it alike, each in its own
 * words; of sinks that are never used together the first counts.
 * Throws Error (a mistake in a declaration, found by a test) when they do not.
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
      throw new Error(`${option.flag} is declared in two ways`);
    else if (known.help !== option.help)
      byFlag.set(option.flag, { ...known, help: `${known.help} ${option.help}` });
  };
  for (const option of Object.values(spec.options)) add(option, false);
  for (const { kind, options } of spec.components)
    for (const option of Object.values(options)) add(option, kind === 'sink');
  return byFlag;
}
