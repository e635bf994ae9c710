import { onTestFinished } from 'vitest';
import type { Settings } from '../../../src/core/option.ts';
import type { NewRecord } from '../../../src/core/stream/record.ts';
import { SECOND } from '../../../src/core/util/time.ts';
import { bluesky } from '../../../src/sources/bluesky/bluesky.ts';
import type { SourceContext } from '../../../src/sources/source.ts';
import { type CommitParts, StubNetwork } from '../../stubs/bluesky/network.ts';
import { startProfilesStub } from '../../stubs/bluesky/profiles.ts';
import { JetstreamStub, type JetstreamStubSettings } from '../../stubs/bluesky/server.ts';
import { turned } from '../turned.ts';

type BlueskySettings = Settings<typeof bluesky.options>;
type ServerSettings = Partial<Pick<JetstreamStubSettings, 'wire' | 'firstSeq' | 'delayMs'>>;

export const nextTurn = () => new Promise(setImmediate);
/** Turns of the event loop in which a step over loopback surely arrives. */
const MOST_TURNS = 20_000;

/** Runs of the source against stubs, with what they wrote; positions last from run to run as with a stage. */
export async function blueskyDesk(...servers: readonly ServerSettings[]) {
  const around = turned();
  const network = new StubNetwork(around.context.now);
  const { now } = around.context;
  const hosts = await Promise.all(
    (servers.length === 0 ? [{}] : servers).map((server) => JetstreamStub.start({ network, now, ...server })),
  );
  const profiles = await startProfilesStub({ now });
  const records: NewRecord[] = [];
  const counts: Record<string, number> = {};
  const runs: { kill(): Promise<void> }[] = [];
  onTestFinished(async () => {
    for (const run of runs) await run.kill();
    around.stop.abort();
    await Promise.all([...hosts, profiles].map((stub) => stub.close()));
  });
  const defaults = Object.fromEntries(
    Object.entries(bluesky.options).map(([name, { fallback }]) => [name, fallback]),
  ) as BlueskySettings;

  /** Starts a run; `mostChunks`: it is killed before it stores a further chunk. */
  function run(given: Partial<BlueskySettings> = {}, mostChunks = Number.POSITIVE_INFINITY, once = false) {
    const stop = new AbortController();
    let isKilled = false;
    let chunks = 0;
    const context: SourceContext = {
      ...around.context,
      once,
      signal: stop.signal,
      sleep: (span, until) =>
        stop.signal.aborted
          ? Promise.resolve()
          : around.context.sleep(span, until && AbortSignal.any([until, stop.signal])),
    };
    const settings = { ...defaults, hosts: hosts.map(({ url }) => url), authorsUrl: profiles.url, ...given };
    const consume = async (): Promise<void> => {
      for await (const chunk of bluesky.read({ ...settings, kinds: ['tweets'], topic: undefined }, context)) {
        if (isKilled || ++chunks > mostChunks) break;
        records.push(...chunk.records);
        for (const [reason, count] of Object.entries(chunk.counts ?? {}))
          counts[reason] = (counts[reason] ?? 0) + count;
        if (chunk.position) around.positions.set(chunk.position.name, chunk.position.value);
      }
      stop.abort();
    };
    const done = consume();
    done.catch(() => {});
    const running = {
      done,
      get isOver() {
        return stop.signal.aborted;
      },
      async stop() {
        stop.abort();
        await done;
      },
      async kill() {
        isKilled = true;
        stop.abort();
        await done.catch(() => {});
      },
    };
    runs.push(running);
    return running;
  }

  /** Turns the clock until `isTrue`. */
  async function until(isTrue: () => boolean, step = 100): Promise<void> {
    for (let turn = 0; !isTrue(); turn++) {
      if (turn > MOST_TURNS) throw new Error(`not so after ${MOST_TURNS} turns: ${isTrue}`);
      around.turn(step);
      await nextTurn();
    }
  }

  /** Runs with `--once` to its end; posts of others go on meanwhile, so that a replay reaches the present. */
  async function runOnce(given: Partial<BlueskySettings> = {}, mostChunks?: number): Promise<void> {
    const running = run(given, mostChunks, true);
    let failure: unknown;
    running.done.catch((cause) => {
      failure = cause ?? new Error('failed');
    });
    await until(() => {
      if (around.context.now() % SECOND === 0) network.post('rain');
      return running.isOver || failure !== undefined;
    });
    await running.done;
  }

  const of = (topic: string) => records.filter((record) => record.topic === topic);
  const valuesOf = (topic: string) => of(topic).map(({ value }) => JSON.parse(value!));
  return {
    ...{
      around,
      network,
      hosts,
      server: hosts[0]!,
      profiles,
      records,
      counts,
      run,
      runOnce,
      until,
      of,
      valuesOf,
    },
    /** Keys of the posts that were written, without deletions. */
    keys: () =>
      of('posts-bluesky')
        .filter(({ headers }) => headers.schema === 'tweet/1')
        .map(({ key }) => key),
    gaps: () => valuesOf('gaps') as { from: string; to: string; reason: string; backfilled: boolean }[],
    post: (text = 'bitcoin rises', parts?: CommitParts) => network.post(text, parts),
    /** Waits until a stream is open on one of the servers. */
    opened: () => until(() => hosts.some(({ open }) => open > 0)),
    pass: async (span: number) => {
      const end = now() + span;
      await until(() => now() >= end, Math.min(span, 500));
    },
  };
}

export type BlueskyDesk = Awaited<ReturnType<typeof blueskyDesk>>;
