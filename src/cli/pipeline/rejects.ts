import { UserError } from '../../core/errors.ts';
import type { Option } from '../../core/option.ts';
import { counted, groupDigits } from '../../core/text/numbers.ts';
import type { Stage, StageStats } from '../../runtime/stage.ts';

/** A stage that rejects more than this share of its records is reported. */
const WARNED_RATIO = 0.5;
/** Number of reasons in the warning. */
const SHOWN_REASONS = 3;

/** `50%` or `0.5` as 0.5. Throws RangeError. */
function parseRatio(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text.trim()) ?? [];
  const ratio = Number(digits) / (percent === '%' ? 100 : 1);
  if (!(ratio >= 0 && ratio <= 1))
    throw new RangeError(`'${text}' is not a share from 0% to 100%; write 50% or 0.5`);
  return ratio;
}

/** The share of a file's lines that may be rejected, 0 to 1. */
export const maxRejects: Option<number> = {
  flag: '--max-rejects',
  placeholder: '<share>',
  help: 'Files: exit with 1 if more than this share of the lines was rejected; all others are written. 100% turns it off.',
  fallback: WARNED_RATIO,
  fallbackText: '50%',
  env: [],
  repeatable: false,
  parse: parseRatio,
};

const rejectedRatio = ({ in: read, rejected }: StageStats): number => (read === 0 ? 0 : rejected / read);

/** The most frequent reasons with their counts: `2,000 not a JSON object; 113 created_at is missing`. */
function reasonsText({ rejected, rejectReasons = {} }: StageStats): string {
  const shown = Object.entries(rejectReasons)
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN_REASONS);
  const rest = rejected - shown.reduce((sum, [, count]) => sum + count, 0);
  const parts = shown.map(([reason, count]) => `${groupDigits(count)} ${reason}`);
  return [...parts, ...(rest > 0 && parts.length > 0 ? [`${groupDigits(rest)} for other reasons`] : [])].join(
    '; ',
  );
}

const countText = ({ stats, readsFiles }: Stage): string =>
  `${groupDigits(stats.rejected)} of ${counted(stats.in, readsFiles ? 'line' : 'record')} rejected`;

/** The warning about a stage that rejected most of its records; undefined if it did not. `self`: how the program is called. */
export function rejectWarning(stage: Stage, self: string): string | undefined {
  const { stats } = stage;
  if (rejectedRatio(stats) <= WARNED_RATIO) return undefined;
  const reasons = reasonsText(stats);
  const why = reasons === '' ? '' : `: ${reasons}`;
  return `${stats.stage}: ${countText(stage)}${why}; to see them, run ${self} topics tail rejects`;
}

/** Throws UserError `failed` if a file lost more than `most` of its lines. Call it last: the others are then written. */
export function throwIfMostRejected(stages: readonly Stage[], most: number): void {
  const stage = stages.find(({ readsFiles, stats }) => readsFiles === true && rejectedRatio(stats) > most);
  if (stage === undefined) return;
  throw new UserError(
    'failed',
    `${stage.stats.stage}: ${countText(stage)}, more than --max-rejects allows (${groupDigits(Number((most * 100).toFixed(2)))}%)`,
    'The other lines were written. If the rejected ones may be left out, add --max-rejects 100%.',
  );
}
