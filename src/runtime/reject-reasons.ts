import { REJECTS } from '../market/catalog/topics.ts';
import type { Chunk } from '../sources/source.ts';
import type { StageStats } from './stage.ts';

/** Number of reasons that are counted apart; the reasons after these are counted together. */
const MOST_REASONS = 10;
const OTHER_REASONS = 'other reasons';

/** The reason in a record for topic `rejects`. */
function reasonIn(value: string | null): string {
  const { why } = JSON.parse(value ?? '{}') as { readonly why?: unknown };
  return typeof why === 'string' ? why : 'no reason given';
}

/** The rejects of a chunk by reason: as the source counted them, else as its records say. */
function reasonsOf({ records, rejected }: Chunk): Readonly<Record<string, number>> {
  if (rejected !== undefined) return rejected;
  const counts: Record<string, number> = {};
  for (const { topic, value } of records) {
    if (topic !== REJECTS) continue;
    const reason = reasonIn(value);
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

/** Adds the reasons of a chunk's rejects to the stage's counts. */
export function countRejectReasons(stats: StageStats, chunk: Chunk): void {
  stats.rejectReasons ??= {};
  const counts = stats.rejectReasons;
  for (const [reason, count] of Object.entries(reasonsOf(chunk))) {
    const isApart = Object.hasOwn(counts, reason) || Object.keys(counts).length < MOST_REASONS;
    const name = isApart ? reason : OTHER_REASONS;
    counts[name] = (counts[name] ?? 0) + count;
  }
}
