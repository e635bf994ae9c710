import { lessCellMeans } from '../../core/stats/cell-means.ts';
import type { TimeSeries } from '../../core/stats/ranks.ts';
import { DAY, HOUR, type Millis } from '../../core/util/time.ts';

const WEEK: Millis = 7 * DAY;
/** The least history of which a daily, a weekly rhythm can be told. */
const LEAST_DAYS = 3;
const LEAST_WEEKS = 2;

/** What was taken out of a series before its correlation. */
export type Rhythm = 'none' | 'day' | 'day and week';

/** A series of windows of one length; window i begins at start + i * length. */
export interface Grid {
  readonly start: Millis;
  readonly length: Millis;
}

export interface WithoutRhythm {
  readonly values: TimeSeries;
  readonly rhythm: Rhythm;
  /** Means that were subtracted, as a part of the values: degrees of freedom that are lost. */
  readonly lost: number;
}

const within = (time: Millis, period: Millis): Millis => ((time % period) + period) % period;

/**
 * Takes the rhythm of the day and of the week out: from each value the mean of its time of day, then, of two weeks or more, the
 * mean of its hour of the week, in UTC. Less than three days have no rhythm that could be distinguished from chance.
 */
export function withoutRhythm(given: TimeSeries, { start, length }: Grid): WithoutRhythm {
  const span = given.length * length;
  const present = given.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
  const hour = Math.max(length, HOUR);
  const isWeekly = span >= LEAST_WEEKS * WEEK && length < WEEK;
  const isDaily = span >= LEAST_DAYS * DAY && length < DAY && (length < HOUR || !isWeekly);
  let values = given;
  let used = 0;
  if (isDaily) {
    const daily = lessCellMeans(values, (at) => Math.floor(within(start + at * length, DAY) / length));
    values = daily.values;
    used += daily.used;
  }
  if (isWeekly) {
    const weekly = lessCellMeans(values, (at) => Math.floor(within(start + at * length, WEEK) / hour));
    values = weekly.values;
    used += weekly.used;
  }
  const rhythm = isWeekly ? 'day and week' : isDaily ? 'day' : 'none';
  return { values, rhythm, lost: present === 0 ? 0 : used / present };
}
