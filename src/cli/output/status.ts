import { counted, groupDigits } from '../../core/text/numbers.ts';
import type { Clock } from '../../core/util/clock.ts';
import { formatSpan, formatTime, type Millis } from '../../core/util/time.ts';
import { smallestWatermark } from '../../runtime/checkpoint.ts';
import { type StageStats, totalLag } from '../../runtime/stage.ts';
import type { Logger } from './logger.ts';

/** How often the status line of a terminal is redrawn, and how often a status is logged elsewhere. */
const TERMINAL_MS = 500;
const LOG_MS = 30_000;
/** A pipe sees the first status early. */
const FIRST_LOG_MS = 5000;

const total = (stats: readonly StageStats[], field: 'in' | 'out' | 'late' | 'rejected'): number =>
  stats.reduce((sum, one) => sum + one[field], 0);

export interface StatusSpan {
  /** Total records in and out at its start. */
  readonly before: { readonly in: number; readonly out: number };
  readonly elapsed: Millis;
  /** The run ends when its inputs are read, so the share that is done is known. */
  readonly isBounded: boolean;
}

/** `62% done, 40s left`; undefined when nothing is left to read or nothing is known yet. */
function progressText(read: number, lag: number, perSecond: number): string | undefined {
  if (lag === 0) return undefined;
  const text = `${Math.floor((100 * read) / (read + lag))}% done`;
  return perSecond > 0 ? `${text}, ${formatSpan(Math.ceil(lag / perSecond) * 1000)} left` : text;
}

/** The current status of the stages. */
export function statusLine(stats: readonly StageStats[], { before, elapsed, isBounded }: StatusSpan): string {
  const perSecond = (field: 'in' | 'out') =>
    elapsed > 0 ? Math.round(((total(stats, field) - before[field]) * 1000) / elapsed) : 0;
  const flow = (field: 'in' | 'out') =>
    `${field} ${groupDigits(total(stats, field))} (${groupDigits(perSecond(field))}/s)`;
  const lag = stats.reduce((sum, one) => sum + totalLag(one), 0);
  const progress = isBounded ? progressText(total(stats, 'in'), lag, perSecond('in')) : undefined;
  const parts = [
    ...(progress === undefined ? [] : [progress]),
    flow('in'),
    flow('out'),
    `lag ${groupDigits(lag)}`,
  ];
  const watermark = smallestWatermark(stats.map((one) => one.watermark)) ?? 0;
  // A key without records has a watermark below zero.
  if (watermark > 0) parts.push(`watermark ${formatTime(watermark).slice(0, 19)}Z`);
  for (const field of ['late', 'rejected'] as const) {
    const count = total(stats, field);
    if (count > 0) parts.push(`${field} ${groupDigits(count)}`);
  }
  for (const { note } of stats) if (note !== undefined) parts.push(note);
  return parts.join('  ');
}

/** What a run without an end did, for its last line. */
export function totalsLine(stats: readonly StageStats[]): string {
  const parts = [
    `${counted(total(stats, 'in'), 'record')} read`,
    `${groupDigits(total(stats, 'out'))} written`,
  ];
  for (const field of ['late', 'rejected'] as const)
    if (total(stats, field) > 0) parts.push(`${groupDigits(total(stats, field))} ${field}`);
  return parts.join(', ');
}

export interface StatusSettings {
  /** Undefined: not a terminal. */
  readonly terminal: { readonly width: number } | undefined;
  readonly isBounded: boolean;
}

/**
 * Shows the status until the returned function is called: one line redrawn on a terminal; elsewhere a log line after 5 s,
 * then every 30 s if something changed.
 */
export function showStatus(
  stats: readonly StageStats[],
  logger: Logger,
  clock: Clock,
  { terminal, isBounded }: StatusSettings,
): () => void {
  const done = new AbortController();
  const state = (): string =>
    JSON.stringify(stats.map((one) => [one.in, one.out, one.late, one.rejected, one.note]));
  const loop = async () => {
    let before = { in: 0, out: 0 };
    let since = clock.monotonic();
    let shown = '';
    for (let first = true; ; first = false) {
      await clock.sleep(terminal ? TERMINAL_MS : first ? FIRST_LOG_MS : LOG_MS, done.signal);
      if (done.signal.aborted) return;
      const now = clock.monotonic();
      const line = statusLine(stats, { before, elapsed: now - since, isBounded });
      if (terminal) logger.status(line.slice(0, terminal.width - 1));
      else if (state() !== shown) logger.info(line);
      shown = state();
      before = { in: total(stats, 'in'), out: total(stats, 'out') };
      since = now;
    }
  };
  void loop();
  return () => {
    done.abort();
    logger.status('');
  };
}
