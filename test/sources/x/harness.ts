import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Check } from '../../../src/core/check.ts';
import type { Settings } from '../../../src/core/option.ts';
import type { NewRecord } from '../../../src/core/stream/record.ts';
import type { SourceContext } from '../../../src/sources/source.ts';
import { x } from '../../../src/sources/x/x.ts';
import type { xOptions } from '../../../src/sources/x/x-options.ts';
import { handClock } from '../../hand-clock.ts';
import { startXStub, type XStub, type XStubSettings } from '../../stubs/x.ts';

// Loaded before the clock is turned: the source loads it when it connects, which takes real time.
await import('twitter-api-v2');

export const TOKEN = 'AAAAbearer-not-a-real-one';

export type XSettings = Settings<typeof xOptions>;

/** Waits for sockets, not for time: the loop is turned until it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

/** Gives sockets the time to carry what is under way. */
export async function turnLoop(turns = 30): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
}

export type Clockwork = ReturnType<typeof handClock>;

/** What outlives a run: the log's positions and records, and the log lines. */
export class Desk {
  readonly positions = new Map<string, string>();
  readonly records: NewRecord[] = [];
  readonly counts: Record<string, number> = {};
  readonly logged: string[] = [];
  readonly printed: string[] = [];
  readonly sizes: number[] = [];
  status: string | undefined;
  quota: string | undefined;
  proxy: string | undefined;
  now: () => number;

  constructor(
    readonly clock: Clockwork,
    readonly secrets: Readonly<Record<string, string>> = { X_BEARER_TOKEN: TOKEN },
  ) {
    this.now = clock.now;
  }

  context(signal: AbortSignal): SourceContext {
    return {
      signal,
      now: () => this.now(),
      monotonic: () => this.clock.now(),
      stdin: () => Readable.from([]),
      sleep: (span, until) => this.clock.sleep(span, signal, until),
      position: async (name) => this.positions.get(name),
      once: false,
      secret: (name) => this.secrets[name],
      proxy: () => this.proxy,
      random: () => 0,
      status: (note) => {
        this.status = note;
      },
      quota: (left) => {
        this.quota = left;
      },
      print: (line) => this.printed.push(line),
      info: (message) => this.logged.push(message),
      warn: (message) => this.logged.push(message),
    };
  }

  of(topic: string): NewRecord[] {
    return this.records.filter((record) => record.topic === topic);
  }

  ids(topic = 'tweets'): (string | null)[] {
    return this.of(topic).map(({ key }) => key);
  }

  gaps(): Record<string, unknown>[] {
    return this.of('gaps').map(({ value }) => JSON.parse(value!) as Record<string, unknown>);
  }
}

const DEFAULTS: Omit<XSettings, 'url'> = {
  coins: [],
  rules: [],
  rulesFile: undefined,
  sampleStream: false,
  replaceRules: false,
  dryRun: false,
  fullRetweets: 'yes',
  backfill: 0,
  maxPosts: 0,
};

/** All settings of the source, as they are without flags but for these. */
export const defaultsOf = (url: string, given: Partial<XSettings>): XSettings => ({
  ...DEFAULTS,
  url,
  ...given,
});

/** What doctor finds. */
export async function checkWith(desk: Desk, settings: XSettings): Promise<Check[]> {
  const found: Check[] = [];
  for await (const check of x.live!.check(settings, desk.context(new AbortController().signal)))
    found.push(check);
  return found;
}

export interface Run {
  /** Resolves when the source has ended; rejects with its UserError. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
  /** As kill -9: nothing more is kept. */
  kill(): void;
  /** While true the consumer takes nothing. */
  hold(on: boolean): void;
}

/** Runs the source as a stage does, until the test has ended: chunk by chunk, positions kept with the records. */
export function run(desk: Desk, url: string, settings: Partial<XSettings & { topic: string }> = {}): Run {
  const abort = new AbortController();
  const { topic, ...rest } = settings;
  let isDead = false;
  let blocked: Promise<void> | undefined;
  let release = () => {};
  const chunks = x.read({ ...DEFAULTS, url, ...rest, kinds: ['tweets'], topic }, desk.context(abort.signal));
  const ended = (async () => {
    for await (const { records, counts, position } of chunks) {
      await blocked;
      if (isDead) return;
      desk.records.push(...records);
      desk.sizes.push(records.length);
      for (const [reason, count] of Object.entries(counts ?? {}))
        desk.counts[reason] = (desk.counts[reason] ?? 0) + count;
      if (position) desk.positions.set(position.name, position.value);
    }
  })();
  ended.catch(() => {});
  const stop = async (): Promise<void> => {
    release();
    abort.abort();
    await ended;
  };
  onTestFinished(() => stop().catch(() => {}));
  return {
    ended,
    stop,
    kill() {
      isDead = true;
      abort.abort();
    },
    hold(on) {
      release();
      blocked = on
        ? new Promise((resolve) => {
            release = resolve;
          })
        : undefined;
    },
  };
}

/** A stub and a desk on one hand-turned clock, until the test has ended. */
export async function stage(
  settings: XStubSettings = {},
  secrets?: Readonly<Record<string, string>>,
  start = Date.UTC(2026, 2, 2, 10, 15),
) {
  const clock = handClock(start);
  const stub = await startXStub({ clock, tokens: [TOKEN], ...settings });
  onTestFinished(() => stub.close());
  const desk = new Desk(clock, secrets);
  return { clock, stub, desk };
}

/** Turns the clock in steps, with time for the sockets after each. */
export async function pass(clock: Clockwork, span: number, step = 100): Promise<void> {
  await turnLoop();
  for (let left = span; left > 0; left -= step) {
    await clock.turn(Math.min(step, left));
    await turnLoop(4);
  }
}

/** Turns the clock until it is so; false after `most`. */
export async function passUntil(clock: Clockwork, isSo: () => boolean, most = 3_600_000, step = 100) {
  for (let turned = 0; turned < most; turned += step) {
    for (let turn = 0; turn < 20; turn++) {
      if (isSo()) return true;
      await turnLoop(1);
    }
    await clock.turn(step);
  }
  return isSo();
}

/** Until the stub has accepted so many streams in all, and one is open. */
export async function connected(stub: XStub, clock: Clockwork, times = 1): Promise<void> {
  for (let turn = 0; turn < 1000 && stub.log.accepted < times; turn++) await turnLoop(1);
  await passUntil(clock, () => stub.log.accepted >= times);
  await turnLoop();
}
