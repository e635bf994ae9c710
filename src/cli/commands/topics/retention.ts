import type { Option } from '../../../core/option.ts';
import { formatSpan, type Millis, parseSpan } from '../../../core/util/time.ts';

const LEAST = 1000;

/** A topic's retention as text. */
export const retentionText = (retentionMs: Millis | undefined): string =>
  retentionMs === undefined ? 'forever' : formatSpan(retentionMs);

/** Undefined: the default for the topic's name. */
export const retention: Option<{ readonly ms: Millis | undefined } | undefined> = {
  flag: '--retention',
  placeholder: '<span|forever>',
  help: 'Delete records older than this (default: by topic name; 24h for custom topics).',
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
