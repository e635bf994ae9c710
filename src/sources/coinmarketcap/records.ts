import { refuseAhead } from '../../core/stream/ahead.ts';
import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';
import type { SeenQuotes } from '../shared/poll/seen.ts';
import { rejectedPart } from '../shared/rejects.ts';
import { findQuote, toRecord } from './quote.ts';
import { type ListingRow, readRow } from './rows.ts';
import type { SymbolResolver } from './symbol-resolver.ts';

/** How an answer becomes records. */
export interface Writing {
  /** May contain QUOTE_PLACEHOLDERS. */
  readonly topic: string;
  /** How far ahead of the poll the time of a quote may be; undefined: no limit. */
  readonly maxAheadMs?: Millis | undefined;
  /** Upper-case currencies. */
  readonly converts: readonly string[];
  /** Also write quotes that were already written. */
  readonly keepCached: boolean;
  readonly resolver: SymbolResolver;
  readonly seen: SeenQuotes;
}

export interface Written {
  readonly records: readonly NewRecord[];
  readonly quotes: number;
  /** Number of `quotes` that were seen before. */
  readonly cached: number;
  /** Coins skipped because a better one has the same symbol. */
  readonly shadowed: number;
}

/** The new quotes of an answer as records, and rejects for its invalid parts. */
export function quoteRecords(raws: readonly unknown[], polledAt: Millis, writing: Writing): Written {
  const { topic, maxAheadMs = Number.POSITIVE_INFINITY, converts, keepCached, resolver, seen } = writing;
  const records: NewRecord[] = [];
  let quotes = 0;
  let cached = 0;

  /** Runs a step; an InvalidRecord becomes a reject. */
  const during = (what: string, part: unknown, step: () => void): void => {
    try {
      step();
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      const why = error.message;
      records.push(rejectedPart({ source: 'coinmarketcap', topic, what, part, why, polledAt }));
    }
  };

  const rows: ListingRow[] = [];
  for (const raw of raws) during('row', raw, () => rows.push(readRow(raw)));
  const owned = resolver.choose(rows);
  for (const [base, row] of owned)
    for (const currency of converts)
      during(`${base}/${currency.toLowerCase()}`, row.raw, () => {
        const found = findQuote(row, base, currency);
        refuseAhead(found.time, polledAt + maxAheadMs);
        const isNew = seen.add(base, found.quote, found.time);
        quotes++;
        if (!isNew) cached++;
        if (isNew || keepCached) records.push(toRecord(found, polledAt, topic));
      });
  return { records, quotes, cached, shadowed: rows.length - owned.size };
}
