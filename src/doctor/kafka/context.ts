import type { Check } from '../../core/check.ts';
import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';
import type { Kafka } from '../../log/kafka/kafka.ts';
import type { KafkaSettings } from '../../log/kafka/settings/settings.ts';
import type { Sessions } from './collect.ts';
import type { Needs } from './dependencies.ts';
import { failed } from './finding.ts';
import type { Remedies } from './hints.ts';
import { inTime } from './session.ts';

/** What the closer look goes by. */
export interface DoctorContext {
  readonly settings: KafkaSettings;
  readonly needs: Needs;
  /** Of the brokers that can be reached; there is one at least. */
  readonly sessions: Sessions;
  readonly kafka: Kafka;
  readonly remedies: Remedies;
  readonly clock: Clock;
}

/** For one step of the closer look, its retries included. */
const STEP_MS: Millis = 20_000;

/** What a step finds; when it fails, that. `silent`: what to do when the cluster did not answer. */
export async function step(
  what: string,
  clock: Clock,
  look: () => Promise<readonly Check[]>,
  silent?: string,
): Promise<readonly Check[]> {
  try {
    return await inTime(STEP_MS, clock, look());
  } catch (error) {
    return [failed(what, error, silent)];
  }
}
