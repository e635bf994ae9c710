import { AnswerReader } from '../answer.ts';
import { BodyWriter } from '../body.ts';
import type { FetchAnswer } from './fetch.ts';
import type { WireRequest } from './request.ts';

/** Not a replica; no session; no epoch of the leader known; no offset of ours to tell. */
const NONE = -1;
const READ_COMMITTED = 1;
/** What the broker answers when it has no word for it. */
const UNKNOWN_SERVER_ERROR = -1;

/**
 * Fetch, version 13, which names the topic by its id (KIP-516): the broker answers UNKNOWN_TOPIC_ID for a topic that was
 * deleted, also when another one has its name by now. Otherwise as `fetchRequest`. A flexible version: see
 * offset-fetch.ts.
 */
export function fetchByIdRequest(request: {
  /** As `topicIdRequest` reads it: base64url of 16 bytes. */
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
  readonly waitMs: number;
  readonly maxBytes: number;
}): WireRequest<FetchAnswer> {
  const { topicId, partition, offset, waitMs, maxBytes } = request;
  return {
    apiKey: 1,
    apiVersion: 13,
    apiName: 'Fetch',
    body: () => {
      const body = new BodyWriter().noTags();
      body.int32(NONE).int32(waitMs).int32(1).int32(maxBytes).int8(READ_COMMITTED).int32(0).int32(NONE);
      body.compactArray([topicId], () =>
        body
          .uuid(topicId)
          .compactArray([partition], () =>
            body.int32(partition).int32(NONE).int64(offset).int32(NONE).int64(NONE).int32(maxBytes).noTags(),
          )
          .noTags(),
      );
      return body
        .compactArray([], () => {})
        .compactString('')
        .noTags()
        .written();
    },
    read: readAnswer,
  };
}

function readAnswer(payload: Buffer): FetchAnswer {
  const answer = new AnswerReader(payload);
  answer.skipTags();
  const throttleMs = answer.int32();
  const requestError = answer.int16();
  answer.int32(); // session id
  const [found] = answer
    .compactArray(() => {
      answer.uuid();
      const partitions = answer.compactArray(() => readPartition(answer));
      answer.skipTags();
      return partitions;
    })
    .flat();
  if (found === undefined) return { ...NOTHING, throttleMs, errorCode: requestError || UNKNOWN_SERVER_ERROR };
  return { ...found, throttleMs, errorCode: requestError || found.errorCode };
}

const NOTHING = { lastStableOffset: -1, aborted: [], recordSet: Buffer.alloc(0) };

function readPartition(answer: AnswerReader) {
  answer.int32(); // partition
  const errorCode = answer.int16();
  answer.int64(); // high watermark
  const lastStableOffset = answer.int64();
  answer.int64(); // log start offset
  const aborted = answer.compactArray(() => {
    const one = { producerId: answer.bigint64(), firstOffset: answer.int64() };
    answer.skipTags();
    return one;
  });
  answer.int32(); // preferred read replica
  const recordSet = answer.compactBytes();
  answer.skipTags();
  return { errorCode, lastStableOffset, aborted, recordSet };
}
