import { mostCommon } from '../../../../core/util/most-common.ts';
import { DAY, formatSpan, HOUR, MINUTE, type Millis, SECOND } from '../../../../core/util/time.ts';
import { type BarLength, isMonth, pastMultiple } from './usual-lengths.ts';

/** How the times of rows tell the starts of bars. */
export interface Stamps {
  /** A bar starts at its row's time plus this: rows may be stamped with the end. */
  readonly shift: Millis;
  /** Starts are this far past the multiples of the length. Undefined: not checked. */
  readonly phase: Millis | undefined;
}

/** The most common remainder of some times, and the fraction of the times that have it. */
const commonRest = (times: readonly Millis[], length: Millis) =>
  mostCommon(times.map((time) => time % length)) ?? { value: 0, fraction: 0 };

/** Rows may have other remainders, as the moment of a download, up to this share. */
const MOST = 0.9;

/** The last unit of a bar, with which rows are stamped at its end: 59.999, 59, of hours and days also 23:59. */
const lastUnits = (length: Millis): readonly Millis[] =>
  [1, SECOND, MINUTE].filter((unit) => unit < (unit === MINUTE ? length / 59 : length));

/** A month or a week by stamps at the end: the start is not a fixed span before a month's end. */
function longStamps(
  walls: readonly Millis[],
  length: BarLength,
  isEndOnly: boolean,
): Stamps | { readonly why: string } {
  const unit = lastUnits(DAY).find((one) => walls.every((wall) => (wall + one) % DAY === 0));
  if (unit === undefined && !isEndOnly) return { shift: 0, phase: undefined };
  if (isMonth(length))
    return { why: 'its months have only an end: name the column of their start with --columns time=NAME' };
  return { shift: (unit ?? 0) - length.ms, phase: undefined };
}

/**
 * Finds out whether rows are stamped with the start or the end of their bars. `times` are instants, `zoned` what the zone's
 * clocks show then (undefined: no zone). `isEndOnly`: their column says that they are ends. `isSure`: the length does not come from the steps
 * alone; else bars that begin past the usual starts are refused.
 */
export function findStamps(
  times: readonly Millis[],
  zoned: readonly Millis[] | undefined,
  length: BarLength,
  isEndOnly: boolean,
  isSure: boolean,
): Stamps | { readonly why: string } {
  const walls = zoned ?? times;
  if (isMonth(length) || length.ms > DAY) return longStamps(walls, length, isEndOnly);
  const wall = commonRest(walls, length.ms);
  const { value: rest, fraction } = commonRest(times, length.ms);
  // Longer bars of a zone begin an hour earlier or later in summer.
  const hasPhase = fraction > MOST && (length.ms <= HOUR || zoned === undefined);
  const phaseWith = (shift: Millis): Stamps => ({
    shift,
    phase: hasPhase ? pastMultiple(rest + shift, length.ms) : undefined,
  });
  if (wall.fraction < MOST) return { shift: 0, phase: undefined };
  if (isEndOnly && wall.value === 0) return phaseWith(-length.ms);
  if (lastUnits(length.ms).some((unit) => wall.value === length.ms - unit)) return phaseWith(-wall.value);
  if (wall.value === 0 || length.ms === DAY || isSure) return phaseWith(0);
  return {
    why: `its rows are ${length.text} apart, but begin ${formatSpan(wall.value)} past the usual start of a bar of ${length.text}: add --interval with the length of a bar`,
  };
}
