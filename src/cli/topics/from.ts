import { type Millis, readTime } from '../../core/time.ts';

/** Where `tail` begins. */
export type From =
  | { readonly at: 'start' }
  | { readonly at: 'end' }
  | { readonly at: 'offset'; readonly offset: number }
  | { readonly at: 'time'; readonly time: Millis }
  | { readonly at: 'last'; readonly count: number };

/** `start`, `end`, an offset, an ISO 8601 time, or `-N` for the last N records. Throws RangeError. */
export function parseFrom(text: string): From {
  if (text === 'start' || text === 'end') return { at: text };
  if (/^-\d+$/.test(text)) return { at: 'last', count: -Number(text) };
  if (/^\d+$/.test(text)) return { at: 'offset', offset: Number(text) };
  const time = readTime(text);
  if (Number.isNaN(time))
    throw new RangeError(
      `'${text}' is no place in a topic; write start, end, an offset, a time such as 2026-03-02T10:15:00Z, or -10`,
    );
  return { at: 'time', time };
}
