import { InvalidRecord } from '../../../core/stream/record.ts';
import { isObject, type Json, parseObject } from '../../../core/util/json.ts';
import type { Chunk } from '../../source.ts';
import type { BinanceRun } from '../bars/fill.ts';
import type { BarSeries } from '../bars/progress.ts';
import type { DumpFile } from './dump-files.ts';

/** What is remembered of a dump that was read. */
export interface StoredDump {
  readonly sha256: string;
  /** The text of its day hashes; empty until the whole file has been read. */
  readonly days: string;
}

function parseDumps(text: string | undefined): Json {
  try {
    return text === undefined ? {} : parseObject(text);
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    return {};
  }
}

/** The dumps of a market that were read: one position, because Kafka opens a producer for each. */
export class StoredDumps {
  readonly #name: string;
  readonly #dumps = new Map<string, StoredDump>();

  private constructor(name: string, text: string | undefined) {
    this.#name = name;
    for (const [file, dump] of Object.entries(parseDumps(text)))
      if (isObject(dump) && typeof dump.sha256 === 'string' && typeof dump.days === 'string')
        this.#dumps.set(file, { sha256: dump.sha256, days: dump.days });
  }

  static async load({ market }: BarSeries, { progress, context }: BinanceRun): Promise<StoredDumps> {
    const name = `${progress.name}/${market.symbol}`;
    return new StoredDumps(name, await context.position(name));
  }

  get({ name }: DumpFile): StoredDump | undefined {
    return this.#dumps.get(name);
  }

  /** Remembers a dump. */
  chunk({ name }: DumpFile, dump: StoredDump): Chunk {
    this.#dumps.set(name, dump);
    const value = JSON.stringify(Object.fromEntries(this.#dumps));
    return { records: [], position: { name: this.#name, value } };
  }
}
