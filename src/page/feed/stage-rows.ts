import { type Millis, SECOND } from '../../core/util/time.ts';
import type { Log } from '../../log/log.ts';
import { feedOf } from '../../market/catalog/feeds.ts';
import type { StageGaps, StageRow } from '../model/wire.ts';

/** The counts of a stage of this process, as the runtime keeps them. */
export interface StageCounts {
  readonly stage: string;
  readonly in: number;
  readonly out: number;
  readonly late: number;
  readonly rejected: number;
  /** Unread records by input topic. */
  readonly lag: Readonly<Record<string, number>>;
  readonly watermark: Millis | undefined;
  readonly quota?: string | undefined;
  readonly lastFile?: { readonly path: string; readonly at: Millis } | undefined;
  readonly gaps?: { readonly backfilled: GapSum; readonly missed: GapSum } | undefined;
  readonly note?: string | undefined;
}

interface GapSum {
  readonly count: number;
  readonly seconds: number;
}

const RATE_SPAN_MS = 10 * SECOND;

/** Rates by name, over the last seconds. */
export class Rates {
  readonly #samples = new Map<string, { readonly at: Millis; readonly count: number }[]>();

  /** Records a second since the oldest sample of the span; null at the first sample. */
  rate(name: string, count: number, at: Millis): number | null {
    const samples = this.#samples.get(name) ?? [];
    this.#samples.set(name, samples);
    samples.push({ at, count });
    while (samples.length > 2 && at - samples[1]!.at >= RATE_SPAN_MS) samples.shift();
    const [first] = samples;
    return at === first!.at ? null : Math.max(0, ((count - first!.count) * SECOND) / (at - first!.at));
  }
}

export const stageRow = (counts: StageCounts, rates: Rates, at: Millis): StageRow => ({
  name: counts.stage,
  kind: 'stage',
  rate: rates.rate(`stage ${counts.stage}`, Math.max(counts.in, counts.out), at),
  records: Math.max(counts.in, counts.out),
  lag: Object.values(counts.lag).reduce((sum, count) => sum + count, 0),
  watermark: counts.watermark !== undefined && counts.watermark > 0 ? counts.watermark : null,
  late: counts.late,
  rejected: counts.rejected,
  last: counts.lastFile?.at ?? null,
  lastFile: counts.lastFile?.path ?? '',
  quota: counts.quota ?? '',
  gaps: stageGaps(counts),
  // The status line has the quota among its notes.
  note: counts.note === counts.quota ? '' : (counts.note ?? ''),
});

function stageGaps({ gaps }: StageCounts): StageGaps | null {
  if (gaps === undefined) return null;
  const { backfilled, missed } = gaps;
  return {
    count: backfilled.count + missed.count,
    seconds: backfilled.seconds + missed.seconds,
    filled: backfilled.count,
  };
}

/**
 * The state of each topic of the bus that cryptopipe knows, or that is `named`: its records, its rate, and how far the
 * slowest group is behind. A cluster may have thousands of other topics.
 */
export async function topicStates(
  log: Log,
  named: ReadonlySet<string>,
  rates: Rates,
  at: Millis,
): Promise<StageRow[]> {
  const rows: StageRow[] = [];
  for (const { name } of await log.topics()) {
    if (feedOf(name) === undefined && !named.has(name)) continue;
    const details = await log.describe(name);
    if (details === undefined) continue;
    const { partitionInfos } = details;
    const sum = (of: (info: (typeof partitionInfos)[number]) => number) =>
      partitionInfos.reduce((total, info) => total + of(info), 0);
    const behind = [...(await details.groups()).values()].map((offsets) =>
      partitionInfos.reduce((lag, { start, end }, i) => lag + end - Math.max(start, offsets[i] ?? start), 0),
    );
    const times = partitionInfos.flatMap(({ lastTime }) => (lastTime === undefined ? [] : [lastTime]));
    rows.push({
      name,
      kind: 'topic',
      rate: rates.rate(
        `topic ${name}`,
        sum(({ end }) => end),
        at,
      ),
      records: sum(({ records }) => records),
      lag: behind.length > 0 ? Math.max(...behind) : null,
      watermark: null,
      late: 0,
      rejected: 0,
      last: times.length > 0 ? Math.max(...times) : null,
      lastFile: '',
      quota: '',
      gaps: null,
      note: '',
    });
  }
  return rows;
}
