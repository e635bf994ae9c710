import { InvalidRecord, type NewRecord } from '../../../core/stream/record.ts';
import {
  isObject,
  type Json,
  LONGEST_LINE,
  objectsOf,
  parseObject,
  tooLongReason,
} from '../../../core/util/json.ts';
import type { Millis } from '../../../core/util/time.ts';
import { complianceKind } from '../../../market/posts/compliance-event.ts';
import { textsOf } from '../../../market/posts/fields.ts';
import { postRecords } from '../../shared/post-records.ts';
import { rejectLine } from '../../shared/rejects.ts';
import { describeBody, readErrorFields, XApiError } from '../api/error.ts';
import type { Line } from './lines.ts';
import type { PostTopics } from './topics.ts';

/** Turns the lines of a stream into records. */
export interface StreamLineReader {
  /** Reads a line received at `at`. Returns an XApiError when the line announces the end of the stream. */
  read(line: Line, at: Millis): XApiError | undefined;
  /** Reads an unterminated last line; a truncated one is only counted. False when there was none. */
  readTail(text: string, at: Millis): boolean;
  /** The results since the last call. */
  flush(): { readonly records: readonly NewRecord[]; readonly counts: Readonly<Record<string, number>> };
}

const tagsOf = (line: Json): string[] => textsOf(line.matching_rules, 'tag').filter((tag) => tag !== '');

/** An error line ends the stream only if it says so; errors about one post do not. */
function endOf(line: unknown): XApiError | undefined {
  const fields = readErrorFields(line);
  const isEnd =
    fields.disconnectType !== undefined ||
    fields.connectionIssue !== undefined ||
    /disconnect|streaming-connection|usage-capped/.test(fields.type ?? '') ||
    fields.title === 'UsageCapExceeded';
  return isEnd ? new XApiError(describeBody(line), undefined, fields) : undefined;
}

/** Posts of a line that X bills: the post itself and the originals included for it. */
const billedPosts = ({ includes }: Json): number =>
  isObject(includes) ? 1 + objectsOf(includes.tweets ?? includes.posts).length : 1;

/** `topic` is named in rejects; `onPost` counts each post and each original that came with it. `maxAheadMs`: how far ahead of the clock a post's time may be. */
export function lineReader(
  topics: PostTopics,
  topic: string,
  onPost: (at: Millis) => void,
  maxAheadMs = Number.POSITIVE_INFINITY,
): StreamLineReader {
  let records: NewRecord[] = [];
  let counts: Record<string, number> = {};
  const count = (reason: string): void => {
    counts[reason] = (counts[reason] ?? 0) + 1;
  };

  function take(text: string, at: Millis): XApiError | undefined {
    const line = parseObject(text);
    const kind = complianceKind(line);
    if (kind === undefined) for (let posts = billedPosts(line); posts > 0; posts--) onPost(at);
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
        if (tooLong) throw new InvalidRecord(tooLongReason(LONGEST_LINE));
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
