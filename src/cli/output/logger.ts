import { stripControlCharacters } from '../../core/text/printable-text.ts';
import type { Clock } from '../../core/util/clock.ts';
import { formatTime } from '../../core/util/time.ts';
import type { Reporter } from '../../runtime/stage.ts';

/** A reporter with a status line, which is redrawn below each message. */
export interface Logger extends Reporter {
  /** Sets the status line of a terminal; empty removes it. */
  readonly status: (line: string) => void;
}

export interface LoggerSpec {
  readonly err: (text: string) => void;
  readonly clock: Clock;
  readonly format: 'text' | 'json';
  /** Warnings only. */
  readonly quiet: boolean;
}

const ERASE_LINE = '\r\u001b[K';

/** `12:03:04 info  message` (UTC), or one JSON object per line. */
export function logger({ err, clock, format, quiet }: LoggerSpec): Logger {
  let shown = '';
  const write = (level: 'info' | 'warn', message: string): void => {
    const time = formatTime(clock.now());
    const line =
      format === 'json'
        ? JSON.stringify({ time, level, message })
        : `${time.slice(11, 19)} ${level.padEnd(5)} ${stripControlCharacters(message)}`;
    err(shown === '' ? `${line}\n` : `${ERASE_LINE}${line}\n${shown}`);
  };
  return {
    info: (message) => {
      if (!quiet) write('info', message);
    },
    warn: (message) => write('warn', message),
    status: (text) => {
      const line = stripControlCharacters(text);
      if (line === shown) return;
      err(`${ERASE_LINE}${line}`);
      shown = line;
    },
  };
}
