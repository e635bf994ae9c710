import { AnswerReader } from '../../../log/kafka/wire/answer.ts';
import { BodyWriter } from '../../../log/kafka/wire/body.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';

export interface ListedGroups {
  readonly errorCode: number;
  readonly names: readonly string[];
}

/** ListGroups, version 4: the groups that the broker asked looks after. */
export const groupsRequest = (): WireRequest<ListedGroups> => ({
  apiKey: 16,
  apiVersion: 4,
  apiName: 'ListGroups',
  // In any state.
  body: () => new BodyWriter().noTags().uvarint(1).noTags().written(),
  read: (payload) => {
    const answer = new AnswerReader(payload);
    answer.skipTags();
    answer.int32(); // throttle time
    const errorCode = answer.int16();
    const names = answer.compactArray(() => {
      const name = answer.compactString();
      answer.compactString(); // type of protocol
      answer.compactString(); // state
      answer.skipTags();
      return name;
    });
    return { errorCode, names };
  },
});
