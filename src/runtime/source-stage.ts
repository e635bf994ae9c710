import { UserError } from '../core/errors.ts';
import type { Options, Settings } from '../core/option.ts';
import type { Clock } from '../core/util/clock.ts';
import { deferredRejection } from '../core/util/deferred-rejection.ts';
import type { Millis } from '../core/util/time.ts';
import type { Log } from '../log/log.ts';
import { GAPS, REJECTS } from '../market/catalog/topics.ts';
import type { Chunk, Kind, Metered, Source, SourceContext } from '../sources/source.ts';
import { CommitTimer } from './progress/commit-timer.ts';
import { countGap, countReasons, newStats, type Reporter, type Stage } from './stage.ts';

export interface SourceStageSettings<O extends Options> {
  readonly log: Log;
  readonly source: Source<O>;
  readonly settings: Settings<O>;
  readonly kinds: readonly Kind[];
  /** Overrides the source's own topic. */
  readonly topic: string | undefined;
  /** Other sources run beside it: a permanent error of this source ends only this source. */
  readonly hasOthers?: boolean;
  /** How long to read a live source; undefined: until it is stopped or ends. */
  readonly runForMs?: Millis | undefined;
  /** Records whose event time is further ahead of the clock go to `rejects`; undefined: no limit. */
  readonly maxAheadMs?: Millis | undefined;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly sourceContext: Pick<SourceContext, 'stdin' | 'once' | 'secret' | 'proxy' | 'random' | 'print'>;
}

/** The reason in a record for topic `rejects`. */
function reasonIn(value: string | null): string {
  const { why } = JSON.parse(value ?? '{}') as { readonly why?: unknown };
  return typeof why === 'string' ? why : 'no reason given';
}

/** The rejects of a chunk by reason: as the source counted them, else as its records say. */
function rejectReasonsOf({ records, rejected }: Chunk): Readonly<Record<string, number>> {
  if (rejected !== undefined) return rejected;
  const counts: Record<string, number> = {};
  for (const { topic, value } of records) {
    if (topic !== REJECTS) continue;
    const reason = reasonIn(value);
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

/** Reads a source and appends its records chunk by chunk. */
export function sourceStage<O extends Options>(given: SourceStageSettings<O>): Stage {
  const { log, source, clock, reporter } = given;
  const stats = newStats(`produce ${source.name}`);
  const stopped = new AbortController();
  const positions = new Map<string, string | undefined>();
  let completion = { resolve: () => {}, reject: (_: unknown) => {} };
  const ended = new Promise<void>((resolve, reject) => {
    completion = { resolve, reject };
  });
  const { failed, fail } = deferredRejection();
  ended.catch(fail);

  const commits = new CommitTimer(clock);
  let isBehind = false;
  let busError: unknown;
  let stopError: UserError | undefined;

  /** Runs a step on the bus. A bus error ends the whole run, not just this source. */
  async function onBus<T>(step: Promise<T>): Promise<T> {
    try {
      return await step;
    } catch (error) {
      busError = error;
      throw error;
    }
  }

  async function positionOf(name: string): Promise<string | undefined> {
    if (!positions.has(name)) positions.set(name, await onBus(log.sourcePosition(name)));
    return positions.get(name);
  }

  async function append(chunk: Chunk): Promise<void> {
    const { records, counts, position } = chunk;
    const sourcePosition = position && { ...position, previous: await positionOf(position.name) };
    await onBus(commits.time(() => log.append(records, sourcePosition)));
    if (position !== undefined) positions.set(position.name, position.value);
    for (const { topic, value } of records) {
      stats.written[topic] = (stats.written[topic] ?? 0) + 1;
      if (topic === GAPS) countGap(stats, value);
    }
    const rejected = records.reduce((sum, { topic }) => sum + (topic === REJECTS ? 1 : 0), 0);
    stats.in += records.length;
    stats.out += records.length - rejected;
    stats.rejected += rejected;
    if (rejected > 0) countReasons(stats, 'rejectReasons', rejectReasonsOf(chunk));
    for (const [reason, count] of Object.entries(counts ?? {}))
      stats.dropped[reason] = (stats.dropped[reason] ?? 0) + count;
  }

  async function read(): Promise<void> {
    const { signal } = stopped;
    const settings = { ...given.settings, kinds: given.kinds, topic: given.topic };
    const context = {
      ...given.sourceContext,
      signal,
      now: clock.now,
      maxAheadMs: given.maxAheadMs ?? Number.POSITIVE_INFINITY,
      monotonic: clock.monotonic,
      sleep: (span: Millis, until?: AbortSignal) => clock.sleep(span, signal, until),
      position: positionOf,
      meter: (what: Metered, by = 1) => {
        stats.metered ??= {};
        stats.metered[what] = (stats.metered[what] ?? 0) + by;
      },
      status: (note: string | undefined) => {
        stats.note = note;
      },
      quota: (left: string | undefined) => {
        stats.quota = left;
      },
      behind: (is: boolean) => {
        isBehind = is;
      },
      info: reporter.info,
      warn: reporter.warn,
    };
    // One append runs while the next chunk is read. It is awaited even if reading fails.
    let pending: Promise<void> = Promise.resolve();
    try {
      for await (const chunk of source.read(settings, context)) {
        await pending;
        pending = append(chunk);
        pending.catch(() => {});
      }
    } finally {
      await pending;
    }
  }

  function end(error: unknown): void {
    const isItsOwn = error instanceof UserError && busError === undefined;
    if (!given.hasOthers || !isItsOwn) {
      completion.reject(error);
      return;
    }
    stopError = error;
    stats.note = `${source.name} has stopped: ${error.message}`;
    reporter.warn(`source ${source.name} has stopped: ${error.message}. ${error.hint}`);
    completion.resolve();
  }

  return {
    stats,
    failed,
    commits,
    /** A source has no partitions. */
    isReady: true,
    ended,
    get stopError() {
      return stopError;
    },
    get isBehind() {
      return isBehind;
    },
    readsFiles: source.live === undefined,
    ignoresMaxWait: given.runForMs !== undefined,
    async start() {
      if (given.runForMs !== undefined)
        void clock.sleep(given.runForMs, stopped.signal).then(() => stopped.abort());
      void read().then(completion.resolve, end);
    },
    async finish(mode) {
      await ended;
      if (isBehind && mode !== 'all')
        reporter.info(
          `${source.name} has not read up to the present: windows stay open, and the next run goes on`,
        );
    },
    async stop() {
      stopped.abort();
      await ended;
    },
  };
}
