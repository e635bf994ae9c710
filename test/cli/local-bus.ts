import { withBus } from '../../src/cli/pipeline/bus.ts';
import type { Clock } from '../../src/core/util/clock.ts';
import type { Log } from '../../src/log/log.ts';

export const opener = { app: 'cryptopipe', maxWaitMs: 1000, warn: () => {} };

/** Uses the embedded log of a folder as a command does. */
export const withLocalBus = <T>(dir: string, clock: Clock, use: (log: Log) => Promise<T>): Promise<T> =>
  withBus({ bus: { kind: 'local', dir }, kafkaOption: {} }, { env: {}, clock }, opener, use);
