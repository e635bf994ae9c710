import type { Options, Settings } from '../../../core/option.ts';
import { InvalidRecord } from '../../../core/stream/record.ts';
import { splitKey } from '../../../core/text/key.ts';
import { parseObject } from '../../../core/util/json.ts';
import { DAY, formatTime, type Millis } from '../../../core/util/time.ts';
import { formatWindow, longestOf, parseWindow, type WindowLength } from '../../../core/util/window-length.ts';
import type { Log } from '../../../log/log.ts';
import type { InputSpec } from '../../../processors/processor.ts';
import { storedRecords } from '../topics/reading.ts';

/** Records read from the end of a partition at first, and at most. */
const FIRST_SPAN = 2000;
const MOST_RECORDS = 200_000;

/** The window in a candle's key, whose last part is its start. */
const windowOf = (key: string | null): string => splitKey(key ?? '').at(-2) ?? '';

/** Removes from `missing` the windows of which the topic has candles; looks at the newest records first. */
async function removeFound(log: Log, topic: string, missing: Set<string>): Promise<void> {
  for (const { partition, start, end } of (await log.describe(topic))?.partitionInfos ?? []) {
    let upper = end;
    for (let span = FIRST_SPAN; upper > start && end - upper < MOST_RECORDS; span *= 4) {
      const lower = Math.max(start, upper - span);
      for await (const { records, next } of log.read(topic, partition, lower)) {
        for (const { key } of records) missing.delete(windowOf(key));
        if (next >= upper) break;
      }
      if (missing.size === 0) return;
      upper = lower;
    }
  }
}

/** The event time of a record's value; NaN if it has none or is no JSON. */
function timeOf(value: string | null, time: InputSpec['time']): Millis {
  try {
    return value === null ? Number.NaN : time(parseObject(value));
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    return Number.NaN;
  }
}

/** Event times between which the first and last records of these inputs are; undefined without records. */
async function spanOf(log: Log, inputs: readonly (readonly [InputSpec, string])[]) {
  const times: Millis[] = [];
  for (const [{ time }, name] of inputs) {
    const topic = await log.describe(name);
    for (const info of topic?.partitionInfos ?? []) {
      const part = { ...topic!, partitionInfos: [info] };
      for (const place of [{ at: 'offset', offset: info.start } as const, { at: 'last', count: 1 } as const])
        for await (const { value } of storedRecords(log, part, place)) {
          times.push(timeOf(value, time));
          break;
        }
    }
  }
  const known = times.filter(Number.isFinite);
  return known.length === 0 ? undefined : { first: Math.min(...known), last: Math.max(...known) };
}

/** The settings of `candles` that decide which candles there are. */
interface CandleChoice {
  readonly window?: readonly WindowLength[];
  readonly zone?: string | undefined;
  readonly mergeSources?: boolean;
}

/** Further flags of the replay. */
const flagsOf = ({ zone, mergeSources }: CandleChoice): string =>
  `${zone === undefined ? '' : ` --zone ${zone}`}${mergeSources === true ? ' --merge-sources' : ''}`;

/** Whole days around the times, as `--from` and `--to`. */
const dayText = (time: Millis): string => formatTime(time).slice(0, '2026-03-02'.length);

export interface CandleStage {
  readonly settings: Settings<Options>;
  /** Its inputs, with the topics that are read. */
  readonly inputs: readonly (readonly [InputSpec, string])[];
  /** The topic that it writes. */
  readonly topic: string;
}

/**
 * How to compute candles of windows that were not asked for when the prices were read; undefined if no window lacks
 * candles. A window counts only if the prices span it twice: otherwise it may still be open.
 */
export async function missingWindows(
  log: Log,
  stage: CandleStage,
  self: string,
): Promise<string | undefined> {
  const settings: CandleChoice = stage.settings;
  const missing = new Set((settings.window ?? []).map(formatWindow));
  await removeFound(log, stage.topic, missing);
  if (missing.size === 0) return undefined;
  const span = await spanOf(log, stage.inputs);
  if (span === undefined) return undefined;
  const lacking = [...missing]
    .filter((window) => 2 * longestOf(parseWindow(window)) <= span.last - span.first)
    .join(',');
  if (lacking === '') return undefined;
  return `topic ${stage.topic} has no candles of ${lacking}: the prices were read when --window ${lacking} was not asked for; to compute them: ${self} process replay candles --from ${dayText(span.first)} --to ${dayText(span.last + DAY)} --window ${lacking}${flagsOf(settings)}`;
}
