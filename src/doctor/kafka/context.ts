import type { Check } from '../../core/check.ts';
import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';
import type { Kafka } from '../../log/kafka/kafka.ts';
import type { KafkaSettings } from '../../log/kafka/settings/settings.ts';
import { withDeadline } from './broker-session.ts';
import type { Sessions } from './collect.ts';
import type { PipelineDependencies } from './dependencies.ts';
import { failedCheck } from './failed-check.ts';
import type { HintCommands } from './hints.ts';

/** Inputs of the checks that need a connection. */
export interface DoctorContext {
  readonly settings: KafkaSettings;
  readonly dependencies: PipelineDependencies;
  /** Sessions of the reachable brokers; at least one. */
  readonly sessions: Sessions;
  readonly kafka: Kafka;
  readonly hints: HintCommands;
  readonly clock: Clock;
}

/** Time limit of one step, including retries. */
const STEP_MS: Millis = 20_000;

/** Runs a step; an exception becomes a failed check. `silent`: the hint for a cluster that does not respond. */
export async function runStep(
  what: string,
  clock: Clock,
  collect: () => Promise<readonly Check[]>,
  silent?: string,
): Promise<readonly Check[]> {
  try {
    return await withDeadline(STEP_MS, clock, collect());
  } catch (error) {
    return [failedCheck(what, error, silent)];
  }
}
