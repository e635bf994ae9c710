import { stripControlCharacters } from '../../../core/text/printable-text.ts';
import { formatSize } from '../../../core/text/size.ts';
import { formatTime } from '../../../core/util/time.ts';
import type { LocatedRecord } from './reading.ts';

/** Undefined bytes, which not every bus reports, are a dash. */
export const bytesText = (bytes: number | undefined): string =>
  bytes === undefined ? '-' : formatSize(bytes);

/** The value as JSON on one line: its original text, so that no number is rounded; a string if it is not JSON. */
function valueJson(value: string | null): string {
  if (value === null) return 'null';
  try {
    JSON.parse(value);
    return value.replace(/[\r\n]+/g, ' ');
  } catch {
    return JSON.stringify(value);
  }
}

/** One JSON object on a line. */
export function jsonLine({
  topic,
  partition,
  offset,
  timestamp,
  key,
  headers,
  value,
}: LocatedRecord): string {
  const facts = JSON.stringify({ topic, partition, offset, timestamp: formatTime(timestamp), key, headers });
  return `${facts.slice(0, -1)},"value":${valueJson(value)}}`;
}

/** For reading: time, partition/offset, key, value. Unless `raw`, no control character reaches the terminal. */
export function textLine({ partition, offset, timestamp, key, value }: LocatedRecord, raw = false): string {
  const line = `${formatTime(timestamp)}  ${partition}/${offset}  ${key ?? '-'}  ${value ?? '(deleted)'}`;
  return raw ? line : stripControlCharacters(line);
}
