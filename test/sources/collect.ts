import { Readable } from 'node:stream';
import type { Options, Settings } from '../../src/core/option.ts';
import type { NewRecord } from '../../src/core/stream/record.ts';
import { file } from '../../src/sources/file/file.ts';
import type { Chunk, SourceContext } from '../../src/sources/source.ts';

const defaultsOf = <O extends Options>(options: O): Settings<O> =>
  Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.fallback])) as Settings<O>;

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A context for a source, with positions that last from run to run. */
export function sourceHarness(stdin: Iterable<Uint8Array> = []) {
  const positions = new Map<string, string>();
  const warnings: string[] = [];
  const stop = new AbortController();
  const infos: string[] = [];
  const printed: string[] = [];
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
    print: (line) => printed.push(line),
    info: (message) => infos.push(message),
    warn: (message) => warnings.push(message),
  };
  return { context, positions, warnings, infos, printed, stop, sleeps };
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

/** What the file source reads by default, of prices of btc/usdt. */
export const PRICES: FileSettings = {
  ...defaultsOf(file.options),
  base: 'btc',
  quote: 'usdt',
  kinds: ['prices'],
  topic: undefined,
};

export function importPrices(path: string, around = sourceHarness(), settings: Partial<FileSettings> = {}) {
  return collect(file.read({ ...PRICES, file: [path], ...settings }, around.context), around);
}

export function importPosts(path: string, around = sourceHarness(), settings: Partial<FileSettings> = {}) {
  return collect(
    file.read({ ...PRICES, file: [path], kinds: ['tweets'], ...settings }, around.context),
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

/** Start, end, open, high, low and close of each bar. */
export const barsOf = (records: readonly NewRecord[]): unknown[][] =>
  records
    .filter(({ headers }) => headers.schema === 'bar/1')
    .map(parsed)
    .map(({ start, end, open, high, low, close }) => [start, end, open, high, low, close]);

/** Line number and reason of each reject. */
export const rejectsOf = (records: readonly NewRecord[]): [unknown, unknown][] =>
  records
    .filter(({ topic }) => topic === 'rejects')
    .map(parsed)
    .map(({ line, why }) => [line, why]);
