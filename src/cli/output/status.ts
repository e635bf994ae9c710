import { groupDigits } from '../../core/text/numbers.ts';
import type { Clock } from '../../core/util/clock.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import type { StageStats } from '../../runtime/stage.ts';
import type { Logger } from './logger.ts';

/** How often a terminal's status line changes, and how often a log line is written elsewhere. */
const TERMINAL_MS = 500;
const LOG_MS = 30_000;

const total = (stats: readonly StageStats[], field: 'in' | 'out' | 'late' | 'rejected' | 'lag'): number =>
  stats.reduce((sum, one) => sum + one[field], 0);

/** What the stages do now. `before`: totals of records in and out when `elapsed` began. */
export function statusLine(
  stats: readonly StageStats[],
  before: { readonly in: number; readonly out: number },
  elapsed: Millis,
): string {
  const rate = (now: number, then: number) =>
    groupDigits(elapsed > 0 ? Math.round(((now - then) * 1000) / elapsed) : 0);
  const marks = stats.map((one) => one.watermark).filter((mark) => mark !== undefined);
  const parts = [
    `in ${rate(total(stats, 'in'), before.in)}/s`,
    `out ${rate(total(stats, 'out'), before.out)}/s`,
    `lag ${groupDigits(total(stats, 'lag'))}`,
  ];
  // A key that has seen nothing yet stands before all time.
  const watermark = Math.min(...marks);
  if (marks.length > 0 && watermark > 0) parts.push(`watermark ${formatTime(watermark).slice(0, 19)}Z`);
  for (const field of ['late', 'rejected'] as const) {
    const count = total(stats, field);
    if (count > 0) parts.push(`${field} ${groupDigits(count)}`);
  }
  for (const { note } of stats) if (note !== undefined) parts.push(note);
  return parts.join('  ');
}

/** Shows the status until the function returned is called: a line rewritten on a terminal, log lines elsewhere. */
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
