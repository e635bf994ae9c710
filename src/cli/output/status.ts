import { groupDigits } from '../../core/text/numbers.ts';
import type { Clock } from '../../core/util/clock.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import type { StageStats } from '../../runtime/stage.ts';
import type { Logger } from './logger.ts';

/** How often the status line of a terminal is redrawn, and how often a status is logged elsewhere. */
const TERMINAL_MS = 500;
const LOG_MS = 30_000;

const total = (stats: readonly StageStats[], field: 'in' | 'out' | 'late' | 'rejected' | 'lag'): number =>
  stats.reduce((sum, one) => sum + one[field], 0);

/** The current status of the stages. `before`: total records in and out at the start of `elapsed`. */
export function statusLine(
  stats: readonly StageStats[],
  before: { readonly in: number; readonly out: number },
  elapsed: Millis,
): string {
  const rate = (now: number, then: number) =>
    groupDigits(elapsed > 0 ? Math.round(((now - then) * 1000) / elapsed) : 0);
  const watermarks = stats.map((one) => one.watermark).filter((watermark) => watermark !== undefined);
  const parts = [
    `in ${rate(total(stats, 'in'), before.in)}/s`,
    `out ${rate(total(stats, 'out'), before.out)}/s`,
    `lag ${groupDigits(total(stats, 'lag'))}`,
  ];
  // A key without records has a watermark below zero.
  const watermark = Math.min(...watermarks);
  if (watermarks.length > 0 && watermark > 0) parts.push(`watermark ${formatTime(watermark).slice(0, 19)}Z`);
  for (const field of ['late', 'rejected'] as const) {
    const count = total(stats, field);
    if (count > 0) parts.push(`${field} ${groupDigits(count)}`);
  }
  for (const { note } of stats) if (note !== undefined) parts.push(note);
  return parts.join('  ');
}

/** Shows the status until the returned function is called: one line redrawn on a terminal, log lines elsewhere. */
export function showStatus(
  stats: readonly StageStats[],
  logger: Logger,
  clock: Clock,
  terminal: { readonly width: number } | undefined,
): () => void {
  const done = new AbortController();
  const loop = async () => {
    let before = { in: 0, out: 0 };
    let since = clock.monotonic();
    for (;;) {
      await clock.sleep(terminal ? TERMINAL_MS : LOG_MS, done.signal);
      if (done.signal.aborted) return;
      const now = clock.monotonic();
      const line = statusLine(stats, before, now - since);
      if (terminal) logger.status(line.slice(0, terminal.width - 1));
      else logger.info(line);
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
