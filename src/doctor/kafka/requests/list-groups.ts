import { RequestWriter } from '../../../log/kafka/wire/request-writer.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';
import { ResponseReader } from '../../../log/kafka/wire/response-reader.ts';

export interface ListedGroups {
  readonly errorCode: number;
  readonly names: readonly string[];
}

/** ListGroups, version 4: the groups coordinated by the broker that receives the request. */
export const groupsRequest = (): WireRequest<ListedGroups> => ({
  apiKey: 16,
  apiVersion: 4,
  apiName: 'ListGroups',
  // In any state.
  body: () => new RequestWriter().noTags().uvarint(1).noTags().written(),
  read: (payload) => {
    const answer = new ResponseReader(payload);
    answer.skipTags();
    answer.int32(); // throttle time
    const errorCode = answer.int16();
    const names = answer.compactArray(() => {
      const name = answer.compactString();
      answer.compactString(); // protocol type
      answer.compactString(); // state
      answer.skipTags();
      return name;
    });
    return { errorCode, names };
  },
});
