import type { Option } from '../../../core/option.ts';
import { formatSpan, type Millis, parseSpan } from '../../../core/util/time.ts';

const LEAST = 1000;

/** How long a topic keeps records, as one writes it. */
export const retentionText = (retentionMs: Millis | undefined): string =>
  retentionMs === undefined ? 'for good' : formatSpan(retentionMs);

/** Undefined: as topics of that name usually have it. */
export const retention: Option<{ readonly ms: Millis | undefined } | undefined> = {
  flag: '--retention',
  placeholder: '<span|forever>',
  help: "Delete records older than this (default: by the topic's name, 24h for one of your own).",
  fallback: undefined,
  fallbackText: '',
  bounds: '1s or more, or forever',
  env: [],
  repeatable: false,
  parse: (text) => {
    if (text === 'forever') return { ms: undefined };
    const ms = parseSpan(text);
    if (ms < LEAST) throw new RangeError(`'${text}' is not 1s or more, or forever`);
    return { ms };
  },
};
