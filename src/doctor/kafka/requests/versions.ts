import { AnswerReader } from '../../../log/kafka/wire/answer.ts';
import { BodyWriter } from '../../../log/kafka/wire/body.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';
import type { BrokerVersions, Range } from '../checks/versions.ts';

const SOFTWARE = ['cryptopipe', '1'] as const;
const SUPPORTED_FEATURES = 0;
const FINALIZED_FEATURES = 2;

/** ApiVersions, version 3: the first that tells features (KIP-584). Its answer alone has the old header, without tags. */
export const versionsRequest = (): WireRequest<Pick<BrokerVersions, 'features' | 'levels'>> => ({
  apiKey: 18,
  apiVersion: 3,
  apiName: 'ApiVersions',
  body: () =>
    new BodyWriter().noTags().compactString(SOFTWARE[0]).compactString(SOFTWARE[1]).noTags().written(),
  read: (payload) => {
    const answer = new AnswerReader(payload);
    const range = (): Range => ({ min: answer.int16(), max: answer.int16() });
    const features = new Map<string, Range>();
    const levels = new Map<string, number>();
    // A broker that does not know this version says so in the form of the first.
    if (answer.int16() !== 0) return { features, levels };
    answer.compactArray(() => {
      answer.int16(); // key of a request
      range();
      answer.skipTags();
    });
    answer.int32(); // throttle time
    for (let left = answer.uvarint(); left > 0; left--) {
      const tag = answer.uvarint();
      const size = answer.uvarint();
      if (tag === SUPPORTED_FEATURES)
        answer.compactArray(() => {
          features.set(answer.compactString(), range());
          answer.skipTags();
        });
      else if (tag === FINALIZED_FEATURES)
        answer.compactArray(() => {
          // The largest level first, then the smallest.
          levels.set(answer.compactString(), range().min);
          answer.skipTags();
        });
      else for (let i = 0; i < size; i++) answer.int8();
    }
    return { features, levels };
  },
});
