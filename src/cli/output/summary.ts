import { version } from '../../../package.json';
import { counted, groupDigits } from '../../core/text/numbers.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import type { ScorerCounts, StageStats } from '../../runtime/stage.ts';
import type { Io } from '../process/io.ts';
import { titlePaint } from './colors.ts';
import { table } from './table.ts';

/** Results of a one-shot run: each stage, and totals over all stages. */
export function summarize(stages: readonly StageStats[], elapsed: Millis) {
  const sum = (field: 'in' | 'out' | 'late' | 'rejected' | 'files') =>
    stages.reduce((total, stage) => total + stage[field], 0);
  return {
    stages,
    in: sum('in'),
    out: sum('out'),
    late: sum('late'),
    rejected: sum('rejected'),
    files: sum('files'),
    seconds: elapsed / 1000,
  };
}

export type Summary = ReturnType<typeof summarize>;

const right = (title: string) => ({ title, right: true });
const COLUMNS = [
  { title: 'STAGE' },
  right('READ'),
  right('WRITTEN'),
  right('LATE'),
  right('AMENDED'),
  right('REJECTED'),
  right('FILES'),
  { title: 'DROPPED' },
];

/** `3 repeat, 1 retweet`. */
const droppedText = (dropped: StageStats['dropped']): string =>
  Object.entries(dropped)
    .map(([reason, count]) => `${groupDigits(count)} ${reason}`)
    .join(', ');

/** What a program that scores texts has done. */
export const scoredText = ({ texts, batches, restarts }: ScorerCounts): string =>
  `the command scored ${counted(texts, 'text')} in ${counted(batches, 'batch', 'batches')}, with ${counted(restarts, 'restart')}`;

/** For a terminal: a row for each stage, and the time. `paint` styles the titles. */
export function summaryTable({ stages, seconds }: Summary, paint: (text: string) => string): string {
  const rows = stages.map((stage) => [
    stage.stage,
    ...[stage.in, stage.out, stage.late, stage.amended ?? 0, stage.rejected, stage.files].map(groupDigits),
    droppedText(stage.dropped),
  ]);
  // These are rare: their columns are shown only when they say something.
  const isShown = COLUMNS.map(
    ({ title }, at) =>
      !['AMENDED', 'FILES', 'DROPPED'].includes(title) ||
      rows.some((row) => row[at] !== '0' && row[at] !== ''),
  );
  const kept = <T>(cells: readonly T[]): readonly T[] => cells.filter((_, at) => isShown[at]);
  const scored = stages.flatMap((stage) =>
    stage.scored === undefined ? [] : `${stage.stage}: ${scoredText(stage.scored)}`,
  );
  return [
    ...table(kept(COLUMNS), rows.map(kept), paint),
    ...scored,
    `${seconds.toFixed(1)} seconds`,
    '',
  ].join('\n');
}

/** For a pipe: one JSON object, with the time, the command and the version of the run. */
export const resultJson = (result: object, { clock, command }: Pick<Io, 'clock' | 'command'>): string =>
  `${JSON.stringify({ ...result, time: formatTime(clock.now()), command, version })}\n`;

/** Prints the results of a one-shot run to stdout. */
export async function printSummary(summary: Summary, io: Io): Promise<void> {
  io.out(io.outIsTerminal ? summaryTable(summary, await titlePaint(io)) : resultJson(summary, io));
}
