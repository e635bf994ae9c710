import { writeSync } from 'node:fs';
import type { Clock } from '../../../src/core/util/clock.ts';
import type { Millis } from '../../../src/core/util/time.ts';
import type { Log } from '../../../src/log/log.ts';
import { slowest } from '../../limits.ts';
import { type Brokers, injectFaults } from './faults.ts';
import { feeder } from './feeder.ts';
import { type Fleet, fleet } from './fleet.ts';
import { INPUTS, input, RATE } from './input.ts';
import { APP, groupOf, NAMES, OUTPUTS, PARTITIONS, PROCESSORS, processArgs } from './pipeline.ts';
import { SLOTS, schedule } from './schedule.ts';

const PROGRESS_MS: Millis = 10_000;
/** Time limit after the last fault for recovery and catching up. */
const RECOVERY_MS: Millis = slowest(90_000);
/** Later than every record. */
const FAR: Millis = 4e15;

export interface KillTestSetup {
  readonly log: Log;
  /** For `--bus`. */
  readonly bus: string;
  /** dist/cryptopipe.cjs. */
  readonly program: string;
  readonly brokers: Brokers & { readonly count: number };
  /** Members of a group and their partitions; undefined if the bus does not report them. */
  readonly members: (
    group: string,
  ) => Promise<{ readonly members: number; readonly partitions: number } | undefined>;
  /** Folder for the processes' stderr. */
  readonly folder: string;
  readonly clock: Clock;
}

export interface DisturbedRun {
  /** Records acknowledged to the writer. */
  readonly acknowledged: number;
  /** Records in the input topics. */
  readonly appended: number;
  readonly faultCounts: ReadonlyMap<string, number>;
}

export const say = (text: string): void => void writeSync(2, `${text}\n`);

/** Feeds and disturbs the pipeline for some seconds, lets it catch up and stops it. Errors include every process's log. */
export async function disturb(setup: KillTestSetup, seconds: number, seed: number): Promise<DisturbedRun> {
  const processes = fleet(
    [process.execPath, setup.program, ...processArgs(NAMES, setup.bus, APP)],
    setup.folder,
  );
  try {
    return await runWithFaults(setup, processes, seconds, seed);
  } catch (error) {
    throw new Error(`${(error as Error).stack}\n${processes.logs()}`);
  } finally {
    await processes.killAll();
  }
}

async function runWithFaults(
  setup: KillTestSetup,
  processes: Fleet,
  seconds: number,
  seed: number,
): Promise<DisturbedRun> {
  const { log, clock, brokers } = setup;
  const faultCounts = new Map<string, number>();
  let noted: string[] = [];
  const note = (text: string) => {
    noted.push(text);
    const kind = text.startsWith('(') ? 'spared' : text.replace(/ \d+$/, '');
    faultCounts.set(kind, (faultCounts.get(kind) ?? 0) + 1);
  };
  for (let slot = 0; slot < SLOTS; slot++) processes.start(slot);
  const startedAt = clock.now();
  const over = new AbortController();
  const { signal } = over;
  const fed = feeder(log, input(seed), { total: seconds * RATE, perSecond: RATE, clock, signal });

  async function reportProgress(): Promise<void> {
    for (let next = PROGRESS_MS; !signal.aborted; next += PROGRESS_MS) {
      await clock.sleep(startedAt + next - clock.now(), signal);
      const out = await Promise.race([ends(log, OUTPUTS), clock.sleep(5000)]).catch(() => undefined);
      const notes = noted.join(', ');
      noted = [];
      say(
        `${String(Math.round((clock.now() - startedAt) / 1000)).padStart(4)} s: in ${fed.acknowledged} (slowest append ${fed.slowest()} ms), ` +
          `out ${out ?? '?'}; ${notes || 'quiet'}`,
      );
      for (const failure of processes.failures) say(`       FAILED: ${failure}`);
    }
  }

  const reporting = reportProgress();
  try {
    const faults = injectFaults(
      schedule(seed, seconds * 1000, brokers.count),
      processes,
      brokers,
      clock,
      note,
      signal,
    );
    await Promise.race([Promise.all([faults, fed.done]), processes.failed]);
    note('all faults injected');
    await recovered(setup, processes);
    await Promise.all(processes.runningSlots.map((slot) => processes.leave(slot)));
    throwFailures(processes);
  } finally {
    over.abort();
    await reporting;
  }
  return { acknowledged: fed.acknowledged, appended: await ends(log, INPUTS), faultCounts };
}

function throwFailures({ failures }: Fleet): void {
  if (failures.length > 0) throw new Error(`processes ended that should not have:\n${failures.join('\n')}`);
}

/** Sum of the end offsets, including transaction markers. */
async function ends(log: Log, topics: readonly string[]): Promise<number> {
  const asked = topics.flatMap((topic) =>
    Array.from({ length: PARTITIONS }, (_, partition) => log.offsetAt(topic, partition, FAR)),
  );
  return (await Promise.all(asked)).reduce((sum, end) => sum + end, 0);
}

/** Every process is in every group, every partition has an owner, and no record is unread. */
async function recovered({ log, clock, members }: KillTestSetup, processes: Fleet): Promise<void> {
  const before = clock.now();
  for (;;) {
    const missing: string[] = [];
    for (const name of NAMES) {
      const group = groupOf(APP, name);
      const found = await members(group);
      if (
        found !== undefined &&
        (found.members !== processes.runningSlots.length || found.partitions !== PARTITIONS)
      )
        missing.push(
          `${group}: ${found.members} members of ${processes.runningSlots.length} processes, ${found.partitions} partitions`,
        );
      for (const topic of PROCESSORS[name].inputs) {
        const lag = await lagOf(log, topic, group);
        if (lag > 0) missing.push(`${group}: ${lag} of ${topic} unread`);
      }
    }
    throwFailures(processes);
    if (missing.length === 0) return;
    if (clock.now() - before > RECOVERY_MS)
      throw new Error(
        `${RECOVERY_MS} ms after the last fault the pipeline has not recovered:\n${missing.join('\n')}`,
      );
    await clock.sleep(1000);
  }
}

async function lagOf(log: Log, topic: string, group: string): Promise<number> {
  const { partitionInfos, groups } = (await log.describe(topic))!;
  const offsets = (await groups()).get(group) ?? [];
  return partitionInfos.reduce(
    (sum, { partition, start, end }) => sum + end - (offsets[partition] ?? start),
    0,
  );
}
