import { onTestFinished } from 'vitest';
import { nostr } from '../../../src/sources/nostr/nostr.ts';
import type { Chunk, SourceContext } from '../../../src/sources/source.ts';
import { type NostrStub, startNostrStub } from '../../stubs/nostr.ts';
import { checksOf, recordsOf, START, type Turned, turned } from '../turned.ts';

const nextTurn = () => new Promise(setImmediate);
/** Turns of the event loop before a test gives up; each turns the clock a little. */
const MOST_TURNS = 5000;

/** A run of the source. Time passes only while `until` waits. */
export interface NostrRun {
  readonly around: Turned;
  readonly chunks: readonly Chunk[];
  /** Ids of the posts written, in order. */
  readonly ids: () => string[];
  /** Lets time pass, `step` ms a turn of the event loop, until `isTrue`. */
  until(isTrue: () => boolean, step?: number): Promise<void>;
  /** Lets this much time pass. */
  pass(span: number, step?: number): Promise<void>;
  /** Stops the source and waits for its end; returns what it threw. */
  stop(): Promise<unknown>;
}

/** The clock of the relays is that of the latest run. */
let latest: () => number = () => START;

export async function relays(count: number, now: () => number = () => latest()): Promise<NostrStub[]> {
  latest = () => START;
  const stubs = await Promise.all(Array.from({ length: count }, () => startNostrStub({ now })));
  onTestFinished(async () => {
    for (const stub of stubs) await stub.close();
  });
  return stubs;
}

interface RunSettings extends Partial<SourceContext> {
  readonly coins?: readonly string[];
  /** Where an earlier run ended. */
  readonly after?: NostrRun;
  /** Stops by itself after so many chunks, as a crash does. */
  readonly chunks?: number;
}

export const settingsOf = (stubs: readonly NostrStub[], coins: readonly string[] = ['btc']) => ({
  coins,
  relays: stubs.map(({ relayUrl }) => relayUrl),
  kinds: ['tweets'] as const,
  topic: undefined,
});

export function follow(
  stubs: readonly NostrStub[],
  { coins, after, chunks: most = Number.POSITIVE_INFINITY, ...changes }: RunSettings = {},
): NostrRun {
  const around = turned({ maxAheadMs: 86_400_000, ...changes });
  latest = around.context.now;
  if (after !== undefined) {
    around.setClock(after.around.context.now());
    for (const [name, value] of after.around.positions) around.positions.set(name, value);
  }
  const chunks: Chunk[] = [];
  let isOver = false;
  const running = (async () => {
    for await (const chunk of nostr.read(settingsOf(stubs, coins), around.context)) {
      chunks.push(chunk);
      if (chunk.position) around.positions.set(chunk.position.name, chunk.position.value);
      if (chunks.length >= most) break;
    }
  })()
    .then(() => undefined)
    .catch((error: unknown) => error)
    .finally(() => {
      isOver = true;
    });

  async function until(isTrue: () => boolean, step = 10): Promise<void> {
    for (let turns = 0; !isTrue() && !isOver; turns++) {
      if (turns > MOST_TURNS) throw new Error(`nothing came: ${around.logged.join('; ')}`);
      await nextTurn();
      around.turn(step);
    }
  }
  const run: NostrRun = {
    around,
    chunks,
    ids: () =>
      recordsOf(chunks, 'posts-nostr')
        .filter(({ headers }) => headers.schema === 'tweet/1')
        .map(({ key }) => key!),
    until,
    async pass(span, step = 1000) {
      const end = around.context.now() + span;
      await until(() => around.context.now() >= end, step);
    },
    async stop() {
      around.stop.abort();
      for (let turns = 0; !isOver && turns < MOST_TURNS; turns++) await nextTurn();
      return running;
    },
  };
  onTestFinished(() => void run.stop());
  return run;
}

export async function runChecks(stubs: readonly NostrStub[], around: Turned = turned()) {
  let isOver = false;
  const checks = checksOf(nostr.live!.check(settingsOf(stubs), around.context)).finally(() => {
    isOver = true;
  });
  for (let turns = 0; !isOver && turns < MOST_TURNS; turns++) {
    await nextTurn();
    around.turn(1);
  }
  return checks;
}
