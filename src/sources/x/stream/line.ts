import { InvalidRecord, type NewRecord } from '../../../core/stream/record.ts';
import { type Json, parseObject } from '../../../core/util/json.ts';
import type { Millis } from '../../../core/util/time.ts';
import { complianceKind } from '../../../market/posts/compliance-event.ts';
import { textsOf } from '../../../market/posts/fields.ts';
import { postRecords } from '../../shared/post-records.ts';
import { rejectLine } from '../../shared/rejects.ts';
import { readSaid, words, XApiError } from '../api/error.ts';
import type { Line } from './lines.ts';
import type { Topics } from './topics.ts';

/** Takes what the lines of a stream hold. */
export interface LineReader {
  /** Reads a line that came at `at`; a Trouble when X says in it that the stream ends. */
  read(line: Line, at: Millis): XApiError | undefined;
  /** Reads what a stream ended in, unless it was cut; false when there was nothing. */
  readTail(text: string, at: Millis): boolean;
  /** What came of the lines since the last call. */
  flush(): { readonly records: readonly NewRecord[]; readonly counts: Readonly<Record<string, number>> };
}

const tagsOf = (line: Json): string[] => textsOf(line.matching_rules, 'tag').filter((tag) => tag !== '');

/** Errors that end a stream say so; an error about one post does not. */
function endOf(line: unknown): XApiError | undefined {
  const said = readSaid(line);
  const isEnd =
    said.disconnectType !== undefined ||
    said.connectionIssue !== undefined ||
    /disconnect|streaming-connection|usage-capped/.test(said.type ?? '') ||
    said.title === 'UsageCapExceeded';
  return isEnd ? new XApiError(words(line), undefined, said) : undefined;
}

/** `topic` names the topic in rejects; `post` is told of each post. `maxAheadMs`: how far ahead a post's time may be. */
export function lineReader(
  topics: Topics,
  topic: string,
  post: (at: Millis) => void,
  maxAheadMs = Number.POSITIVE_INFINITY,
): LineReader {
  let records: NewRecord[] = [];
  let counts: Record<string, number> = {};
  const count = (reason: string): void => {
    counts[reason] = (counts[reason] ?? 0) + 1;
  };

  function take(text: string, at: Millis): XApiError | undefined {
    const line = parseObject(text);
    const kind = complianceKind(line);
    if (kind === undefined) post(at);
    const found = (kind === undefined ? topics.of(tagsOf(line)) : topics.all()).flatMap((name) =>
      postRecords(line, text, { source: 'x', topic: name, receivedAt: at, latest: at + maxAheadMs }),
    );
    for (const record of found) records.push(record);
    if (found.length === 0) count(kind ?? 'no topic');
    return kind === 'errors' ? endOf(line) : undefined;
  }

  return {
    readTail(text, at) {
      if (text.trim() === '') return false;
      try {
        take(text, at);
      } catch (cause) {
        if (!(cause instanceof InvalidRecord)) throw cause;
        count('cut line');
      }
      return true;
    },
    read({ text, tooLong }, at) {
      if (text === '') {
        count('keep-alive');
        return undefined;
      }
      try {
        if (tooLong) throw new InvalidRecord('longer than 1 MB');
        return take(text, at);
      } catch (cause) {
        if (!(cause instanceof InvalidRecord)) throw cause;
        records.push(rejectLine({ source: 'x', topic }, text, cause.message, at));
        return undefined;
      }
    },
    flush() {
      const flushed = { records, counts };
      records = [];
      counts = {};
      return flushed;
    },
  };
}
