import { RequestWriter } from '../request-writer.ts';
import { ResponseReader } from '../response-reader.ts';
import type { FetchResponse } from './fetch.ts';
import type { WireRequest } from './request.ts';

/** Request fields for a consumer: not a replica, no session, no leader epoch, no log start offset. */
const NONE = -1;
const READ_COMMITTED = 1;
/** Error code for a response without the requested partition. */
const UNKNOWN_SERVER_ERROR = -1;

/**
 * Fetch, version 13, which identifies the topic by id (KIP-516): the broker returns UNKNOWN_TOPIC_ID for a deleted topic,
 * even if it was recreated under the same name. Otherwise like `fetchRequest`. A flexible version: see offset-fetch.ts.
 */
export function fetchByIdRequest(request: {
  /** Base64url of 16 bytes, as returned by `topicIdRequest`. */
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
  readonly waitMs: number;
  readonly maxBytes: number;
}): WireRequest<FetchResponse> {
  const { topicId, partition, offset, waitMs, maxBytes } = request;
  return {
    apiKey: 1,
    apiVersion: 13,
    apiName: 'Fetch',
    body: () => {
      const body = new RequestWriter().noTags();
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

function readAnswer(payload: Buffer): FetchResponse {
  const answer = new ResponseReader(payload);
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

function readPartition(answer: ResponseReader) {
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
