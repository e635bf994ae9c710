import { choice, toggle } from '../../core/option.ts';
import { span, timeZone, windows } from '../../core/span-options.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../core/util/time.ts';
import { idleOption, latenessOption, sourceLagOption } from '../time-options.ts';

export const candleOptions = {
  window: windows(
    '--window',
    'Lengths of windows, such as 1m,10m,1d; each record counts in one window of each length. 1w begins on Monday, 1M is the calendar month; 7d begins on Thursday, as it counts from 1970-01-01.',
    [10 * MINUTE],
    { min: SECOND, max: '1M' },
  ),
  zone: timeZone(
    '--zone',
    'Time zone by whose days, weeks and months windows begin, such as Europe/Madrid (default: UTC).',
  ),
  mergeSources: toggle(
    '--merge-sources',
    'Make one series of all sources, named all, instead of one per source.',
  ),
  lateness: latenessOption,
  idle: idleOption,
  sourceLag: sourceLagOption,
  retain: span(
    '--retain',
    'How long closed windows are kept, in event time, for late records and corrected bars.',
    HOUR,
    { min: 0, max: 31 * DAY },
  ),
  late: choice(
    '--late',
    ['amend', 'topic', 'drop'],
    'A record of a closed window: amend the window while it is kept, else send it to topic late; always send it; or drop it.',
    'amend',
  ),
  emit: choice(
    '--emit',
    ['final', 'updates'],
    'Emit only final candles, or also provisional updates.',
    'final',
  ),
  updateEvery: span('--update-every', 'Event time between provisional rows of a coin.', 10 * SECOND, {
    min: SECOND,
    max: DAY,
  }),
};
