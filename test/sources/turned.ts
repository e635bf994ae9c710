import type { Check } from '../../src/core/check.ts';
import type { NewRecord } from '../../src/core/stream/record.ts';
import type { Chunk, SourceContext } from '../../src/sources/source.ts';

export const START = Date.UTC(2026, 2, 2, 10, 15, 30);

/**
 * A context for a poller that talks to a stub over real sockets. Waits pass at once and move the clock; the time-out of a
 * request alone waits until the clock has been turned past it, by a wait or by hand.
 */
export function turned(changes: Partial<SourceContext> & { secrets?: Record<string, string> } = {}) {
  const { secrets = {}, ...given } = changes;
  const positions = new Map<string, string>();
  const logged: string[] = [];
  const warnings: string[] = [];
  const notes: (string | undefined)[] = [];
  const quotas: (string | undefined)[] = [];
  const sleeps: number[] = [];
  const stop = new AbortController();
  let now = START;
  let alarms: { at: number; wake: () => void }[] = [];

  function turn(span: number): void {
    now += span;
    for (const { wake } of alarms.filter(({ at }) => at <= now)) wake();
    alarms = alarms.filter(({ at }) => at > now);
  }
  stop.signal.addEventListener('abort', () => {
    for (const { wake } of alarms.splice(0)) wake();
  });

  const context: SourceContext = {
    signal: stop.signal,
    now: () => now,
    monotonic: () => now,
    stdin: () => {
      throw new Error('not read');
    },
    async sleep(span, until) {
      if (stop.signal.aborted) return;
      if (until !== undefined)
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            until.removeEventListener('abort', wake);
            resolve();
          };
          alarms.push({ at: now + span, wake });
          until.addEventListener('abort', wake);
        });
      else {
        sleeps.push(span);
        turn(span);
        // A source that only waits must not keep the sockets from being served.
        await new Promise(setImmediate);
      }
    },
    position: async (name) => positions.get(name),
    once: false,
    secret: (name) => secrets[name],
    proxy: () => undefined,
    random: () => 0.5,
    status: (note) => notes.push(note),
    quota: (left) => quotas.push(left),
    print: (line) => logged.push(line),
    info: (message) => logged.push(message),
    warn: (message) => {
      logged.push(message);
      warnings.push(message);
    },
    ...given,
  };
  return {
    context,
    positions,
    warnings,
    logged,
    notes,
    quotas,
    sleeps,
    stop,
    turn,
    setClock: (time: number) => turn(time - now),
  };
}

export type Turned = ReturnType<typeof turned>;

/** The chunks of so many polls that got an answer; then the source is stopped, as the end of a run does. */
export async function polls(count: number, chunks: AsyncIterable<Chunk>, around: Turned): Promise<Chunk[]> {
  const got: Chunk[] = [];
  for await (const chunk of chunks) {
    if (chunk.position) around.positions.set(chunk.position.name, chunk.position.value);
    if (got.push(chunk) >= count) break;
  }
  return got;
}

export const recordsOf = (chunks: readonly Chunk[], topic?: string): NewRecord[] =>
  chunks.flatMap(({ records }) => records).filter((record) => topic === undefined || record.topic === topic);

export const valuesOf = (chunks: readonly Chunk[], topic?: string): Record<string, unknown>[] =>
  recordsOf(chunks, topic).map(({ value }) => JSON.parse(value!) as Record<string, unknown>);

export async function checksOf(examined: AsyncIterable<Check>): Promise<Check[]> {
  const found: Check[] = [];
  for await (const check of examined) found.push(check);
  return found;
}
