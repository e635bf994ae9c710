import type { NewRecord } from '../../core/record.ts';
import { formatTime } from '../../core/time.ts';
import { noticeKind, tweetId } from '../../market/tweet.ts';
import { parseObject } from '../parse-object.ts';
import type { LineReader, Origin } from './reader.ts';

/** Reads JSON lines of posts, both shapes mixed. Notices and keep-alives are counted, not written. */
export function postReader(origin: Origin): LineReader {
  return {
    read(line, count): readonly NewRecord[] {
      if (line.trim() === '') {
        count('keep-alive');
        return [];
      }
      const value = parseObject(line);
      const notice = noticeKind(value);
      if (notice !== undefined) {
        count(notice);
        return [];
      }
      const id = tweetId(value);
      const headers = { source: 'file', schema: 'tweet/1', received_at: formatTime(origin.now()) };
      return [{ topic: origin.topic, by: id, key: id, value: line, headers }];
    },
    holding: () => false,
    shape: () => undefined,
    finish: () => {},
  };
}
