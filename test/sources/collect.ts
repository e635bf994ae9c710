import { Readable } from 'node:stream';
import type { NewRecord } from '../../src/core/stream/record.ts';
import { file } from '../../src/sources/file/file.ts';
import type { Chunk, SourceContext } from '../../src/sources/source.ts';

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A context for a source, with positions that last from run to run. */
export function sourceHarness(stdin: Iterable<Uint8Array> = []) {
  const positions = new Map<string, string>();
  const warnings: string[] = [];
  const stop = new AbortController();
  const sleeps: number[] = [];
  let now = NOW;
  const context: SourceContext = {
    signal: stop.signal,
    now: () => now,
    monotonic: () => now,
    stdin: () => Readable.from(stdin),
    sleep: async (span) => {
      sleeps.push(span);
      now += span;
    },
    position: async (name) => positions.get(name),
    once: false,
    secret: () => undefined,
    proxy: () => undefined,
    random: () => 0.5,
    status: () => {},
    print: () => {},
    info: () => {},
    warn: (message) => warnings.push(message),
  };
  return { context, positions, warnings, stop, sleeps };
}

export type SourceHarness = ReturnType<typeof sourceHarness>;

/** Everything a run hands over, positions stored as a stage would store them. */
export async function collect(chunks: AsyncIterable<Chunk>, around: SourceHarness) {
  const records: NewRecord[] = [];
  const counts: Record<string, number> = {};
  const sizes: number[] = [];
  for await (const chunk of chunks) {
    records.push(...chunk.records);
    sizes.push(chunk.records.length);
    for (const [reason, count] of Object.entries(chunk.counts ?? {}))
      counts[reason] = (counts[reason] ?? 0) + count;
    if (chunk.position) around.positions.set(chunk.position.name, chunk.position.value);
  }
  return { records, counts, sizes };
}

type FileSettings = Parameters<typeof file.read>[0];

const PRICES: FileSettings = {
  file: undefined,
  fileFormat: 'auto',
  base: 'btc',
  quote: 'usdt',
  interval: 0,
  fromStart: false,
  kinds: ['prices'],
  topic: undefined,
};

export function importPrices(path: string, around = sourceHarness(), settings: Partial<FileSettings> = {}) {
  return collect(file.read({ ...PRICES, file: path, ...settings }, around.context), around);
}

export function importPosts(path: string, around = sourceHarness(), settings: Partial<FileSettings> = {}) {
  return collect(
    file.read({ ...PRICES, file: path, kinds: ['tweets'], ...settings }, around.context),
    around,
  );
}

const parsed = (record: NewRecord) => JSON.parse(record.value!) as Record<string, unknown>;

/** Time and price of each quote. */
export const samplesOf = (records: readonly NewRecord[]): [unknown, unknown][] =>
  records
    .filter(({ topic }) => topic !== 'rejects')
    .map(parsed)
    .map(({ last_updated, price }) => [last_updated, price]);

/** Line number and reason of each reject. */
export const rejectsOf = (records: readonly NewRecord[]): [unknown, unknown][] =>
  records
    .filter(({ topic }) => topic === 'rejects')
    .map(parsed)
    .map(({ line, why }) => [line, why]);
