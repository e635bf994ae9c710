import { Readable } from 'node:stream';
import { type CommandSpec, type Component, defineCommand } from '../../src/cli/args/command.ts';
import type { Io } from '../../src/cli/process/io.ts';
import { integer, type Options, optionalText, toggle } from '../../src/core/option.ts';
import { spans } from '../../src/core/span-options.ts';
import type { Clock } from '../../src/core/util/clock.ts';
import { CommitTimer } from '../../src/runtime/progress/commit-timer.ts';
import { newStats, type Stage } from '../../src/runtime/stage.ts';

/** A clock that moves only when `turn` is called; whoever sleeps past the new time wakes. */
export function handClock(start = Date.parse('2026-03-02T10:15:22.000Z')) {
  let now = start;
  const waiters = new Set<{ readonly until: number; readonly wake: () => void }>();
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: (span, ...signals) =>
      new Promise((resolve) => {
        const sleeper = {
          until: now + span,
          wake: () => {
            waiters.delete(sleeper);
            resolve();
          },
        };
        if (signals.some((signal) => signal?.aborted)) return resolve();
        waiters.add(sleeper);
        for (const signal of signals) signal?.addEventListener('abort', sleeper.wake);
      }),
  };
  return {
    clock,
    sleeping: () => waiters.size,
    /** Moves time on, and lets what it woke run. */
    async turn(span: number) {
      await nextTurn();
      now += span;
      for (const sleeper of [...waiters]) if (sleeper.until <= now) sleeper.wake();
      await nextTurn();
    },
  };
}

/** Lets everything run that needs no time. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An Io that keeps what was written. */
export function fakeIo(changes: Partial<Io> = {}) {
  const written = { out: '', err: '' };
  const stop = new AbortController();
  const io: Io = {
    env: {},
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    stdin: () => Readable.from([]),
    outIsTerminal: false,
    drained: async () => {},
    errIsTerminal: false,
    inIsTerminal: false,
    width: 100,
    clock: handClock().clock,
    stop: () => stop.signal,
    ask: async () => false,
    protect: () => {},
    self: 'cryptopipe',
    command: '',
    ...changes,
  };
  return { io, written, stop };
}

/** A stage that writes down what is asked of it and answers when told. */
export function fakeStage(name: string, events: string[], ways: Partial<Stage> & { holds?: boolean } = {}) {
  let fail: (error: unknown) => void = () => {};
  let done: () => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  const stats = newStats(name);
  const stage: Stage = {
    stats,
    failed,
    commits: new CommitTimer(handClock().clock),
    isReady: true,
    start: async () => void events.push(`start ${name}`),
    finish: async (mode) => {
      events.push(`finish ${name} ${mode}`);
      if (ways.holds)
        await new Promise<void>((resolve) => {
          done = resolve;
        });
    },
    stop: async () => {
      events.push(`stop ${name}`);
      done();
    },
    ...ways,
  };
  return { stage, stats, fail: (error: unknown) => fail(error), done: () => done() };
}

export const component = (
  name: string,
  options: Options,
  kind: Component['kind'] = 'processor',
): Component => ({
  kind,
  name,
  summary: `Does ${name}.`,
  options,
  examples: [`cryptopipe process ${name} --once`],
});

const MINUTE = 60_000;
export const lateness = integer('--lateness', '<s>', 'How late may be, in seconds.', 30, {
  min: 0,
  max: 3600,
});
export const candles = component('candles', {
  windows: spans('--window', 'Window lengths.', [10 * MINUTE], { min: 1000, max: 1440 * MINUTE }),
  lateness,
});
export const join = component('join', { lateness, noEcho: toggle('--no-echo', 'Leave quotes out.') });

/** A command with two components, as `process` has them. */
export const spec = defineCommand({
  operands: { usage: '[names...]', noun: 'processor', least: 0, most: 2, allowed: ['candles', 'join'] },
  options: {
    dir: { ...optionalText('--dir', '<dir>', 'Folder.', { env: ['LAKE_DIR'] }) },
    once: toggle('--once', 'Once.'),
    retries: integer('--retries', '<n>', 'Retries.', 3, { min: 0, max: 10 }),
  },
  components: [candles, join],
  chosen: ({ operands }) =>
    [candles, join].filter(({ name }) => operands.length === 0 || operands.includes(name)),
  check: ({ settings }) => (settings.dir === undefined ? [{ about: '--dir', text: '--dir is missing' }] : []),
  examples: ['cryptopipe process --once'],
  run: async () => {},
}) as CommandSpec;
