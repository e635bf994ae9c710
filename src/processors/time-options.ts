import { span, spanByName } from '../core/span-options.ts';
import type { TimeRules } from '../core/stream/watermark.ts';
import { DAY, MINUTE, type Millis, SECOND } from '../core/util/time.ts';
import { SOURCE_DELAYS } from '../market/catalog/feeds.ts';

export const latenessOption = span(
  '--lateness',
  'How far a record may be behind the newest time and still count.',
  30 * SECOND,
  { min: 0, max: DAY },
);

export const idleOption = span(
  '--idle',
  'A source that is silent for this long, with nothing left to read, stops holding back others.',
  MINUTE,
  { min: SECOND, max: DAY },
);

export const sourceLagOption = spanByName(
  '--source-lag',
  "How far a source's times may lag the clock, if different from the default: file=30s.",
);

type SourceDelays = Readonly<Record<string, Millis | undefined>>;

/** How far a source's times may lag the clock: the user's value, otherwise the catalogue's. */
export function delayOf(
  sourceLag: Readonly<Record<string, Millis>>,
  lags: SourceDelays = SOURCE_DELAYS,
): TimeRules['lagOf'] {
  // A Map, because a source may be called `constructor`.
  const known = new Map(Object.entries({ ...lags, ...sourceLag }));
  // An imported history of another source is called `file-<source>`.
  return (source) => known.get(source) ?? (source.startsWith('file-') ? known.get('file') : undefined);
}

/** The event-time rules of these settings; `lags` are those of the known sources. */
export function timeRules(
  settings: {
    readonly lateness: Millis;
    readonly idle: Millis;
    readonly sourceLag: Readonly<Record<string, Millis>>;
  },
  lags: SourceDelays = SOURCE_DELAYS,
): TimeRules {
  return {
    latenessMs: settings.lateness,
    idleMs: settings.idle,
    lagOf: delayOf(settings.sourceLag, lags),
  };
}
