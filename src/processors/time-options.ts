import { span, spanByName } from '../core/option.ts';
import type { TimeRules } from '../core/stream/watermark.ts';
import { DAY, MINUTE, type Millis, SECOND } from '../core/util/time.ts';
import { SOURCE_DELAYS } from '../market/catalog/feeds.ts';

export const latenessOption = span(
  '--lateness',
  'How far behind the newest time a record may come and still count.',
  30 * SECOND,
  { min: 0, max: DAY },
);

export const idleOption = span(
  '--idle',
  'A source silent for this long, with nothing left to read, no longer holds others back.',
  MINUTE,
  { min: SECOND, max: DAY },
);

export const sourceLagOption = spanByName(
  '--source-lag',
  "How far behind the clock a source's times may be, where it differs from what is known: file=30s.",
);

type Lags = Readonly<Record<string, Millis | undefined>>;

/** How far behind the clock a source's times may be: as the user says, else as is known of it. */
export function lagsOf(
  sourceLag: Readonly<Record<string, Millis>>,
  lags: Lags = SOURCE_DELAYS,
): TimeRules['lagOf'] {
  // A Map, for a source may be called `constructor`.
  const known = new Map(Object.entries({ ...lags, ...sourceLag }));
  // An imported history of another source is called `file-<source>`.
  return (source) => known.get(source) ?? (source.startsWith('file-') ? known.get('file') : undefined);
}

/** The rules of event time from the settings above; `lags` are those of the known sources. */
export function timeRules(
  settings: {
    readonly lateness: Millis;
    readonly idle: Millis;
    readonly sourceLag: Readonly<Record<string, Millis>>;
  },
  lags: Lags = SOURCE_DELAYS,
): TimeRules {
  return {
    latenessMs: settings.lateness,
    idleMs: settings.idle,
    lagOf: lagsOf(settings.sourceLag, lags),
  };
}
