import type { Millis } from '../../../../core/util/time.ts';
import { RequestWriter } from '../request-writer.ts';
import { type FetchEncoding, type FetchResponse, fetchLimits, NONE, readFetchResponse } from './fetch.ts';
import type { WireRequest } from './request.ts';

/** A flexible version (KIP-482): compact lengths, and tagged fields after each structure. */
const FLEXIBLE: FetchEncoding = {
  array: (answer, read) => answer.compactArray(read),
  bytes: (answer) => answer.compactBytes(),
  topic: (answer) => answer.uuid(),
  tags: (answer) => answer.skipTags(),
};

/**
 * Fetch, version 13, which identifies the topic by id (KIP-516): the broker returns UNKNOWN_TOPIC_ID for a deleted topic,
 * even if it was recreated under the same name. Otherwise like `fetchRequest`. A flexible version: see offset-fetch.ts.
 */
export function fetchByIdRequest(request: {
  /** Base64url of 16 bytes, as returned by `topicIdRequest`. */
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
  readonly waitMs: Millis;
  readonly maxBytes: number;
}): WireRequest<FetchResponse> {
  const { topicId, partition, offset, waitMs, maxBytes } = request;
  return {
    apiKey: 1,
    apiVersion: 13,
    apiName: 'Fetch',
    body: () => {
      const body = fetchLimits(new RequestWriter().noTags(), waitMs, maxBytes);
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
    read: (payload) => readFetchResponse(payload, FLEXIBLE),
  };
}
