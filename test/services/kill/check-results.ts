import type { Log } from '../../../src/log/log.ts';
import {
  APP,
  CALM,
  groupOf,
  NAMES,
  OUTPUTS,
  PARTITIONS,
  PROCESSORS,
  processArgs,
  runOnce,
  undisturbedTopic,
} from './pipeline.ts';
import { say } from './run.ts';
import { differing, statesOf } from './states.ts';
import { type Comparison, compare } from './tally.ts';

export interface KillTestResult {
  readonly outputs: readonly Comparison[];
  readonly states: readonly StateResult[];
}

export interface StateResult {
  /** Group and phase: `kill.join, windows open`. */
  readonly of: string;
  readonly keys: number;
  readonly unread: number;
  readonly differing: number;
  readonly samples: readonly string[];
}

interface CheckInput {
  readonly log: Log;
  readonly bus: string;
  readonly program: string;
}

const isOutput = (topic: string): boolean => OUTPUTS.some((output) => output === topic);

/** Finishes the disturbed run, replays the input undisturbed, one processor after another, and compares state and outputs. */
export async function checkResults({ log, bus, program }: CheckInput): Promise<KillTestResult> {
  const states: StateResult[] = [];
  const renames = OUTPUTS.flatMap((topic) => ['--out', `${topic}=${undisturbedTopic(topic)}`]);
  for (const [mode, when] of [
    ['--once', 'windows open'],
    ['--close', 'windows closed'],
  ] as const) {
    const since = Date.now();
    await Promise.all([
      runOnce(program, [...processArgs(NAMES, bus, APP), mode]),
      runOnce(program, [...processArgs(['select'], bus, CALM), ...renames.slice(0, 2), mode]),
      runOnce(program, [...processArgs(['join', 'candles'], bus, CALM), ...renames.slice(2), mode]),
    ]);
    say(`       ${mode} of both: ${Date.now() - since} ms`);
    for (const name of NAMES) states.push(await checkState(log, name, when));
  }
  const outputs: Comparison[] = [];
  const since = Date.now();
  for (const topic of OUTPUTS) outputs.push(await compare(log, topic, undisturbedTopic(topic), PARTITIONS));
  say(`       outputs compared: ${Date.now() - since} ms`);
  return { outputs, states };
}

async function checkState(log: Log, name: (typeof NAMES)[number], when: string): Promise<StateResult> {
  const { inputs } = PROCESSORS[name];
  const undisturbedInputs = inputs.map((topic) => (isOutput(topic) ? undisturbedTopic(topic) : topic));
  const undisturbed = await statesOf(log, groupOf(CALM, name), undisturbedInputs);
  const disturbed = await statesOf(log, groupOf(APP, name), inputs);
  const { count, samples } = differing(undisturbed.state, disturbed.state);
  return {
    of: `${groupOf(APP, name)}, ${when}`,
    keys: undisturbed.state.size,
    unread: undisturbed.unread + disturbed.unread,
    differing: count,
    samples,
  };
}
