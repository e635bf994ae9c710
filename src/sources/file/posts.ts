import type { NewRecord } from '../../core/stream/record.ts';
import { parseObject } from '../../core/util/json.ts';
import { complianceKind } from '../../market/posts/compliance-event.ts';
import { readPostValue } from '../../market/posts/layouts/read-post-value.ts';
import { postRecords } from '../shared/post-records.ts';
import type { LineReader, Origin } from './reader.ts';

/** Reads JSON lines of posts, both shapes mixed. Keep-alives and notices about no post are counted, not written. */
export function postReader(origin: Origin): LineReader {
  return {
    read(line, count): readonly NewRecord[] {
      if (line.trim() === '') {
        count('keep-alive');
        return [];
      }
      return readPostValue(parseObject(line), line).flatMap((post) => {
        const records = postRecords(post.value, post.line, {
          source: 'file',
          topic: origin.topic,
          receivedAt: origin.now(),
          latest: origin.latest(),
        });
        if (records.length === 0) count(complianceKind(post.value) ?? 'notice');
        return records;
      });
    },
    holding: () => false,
    shape: () => undefined,
    finish: () => {},
  };
}
