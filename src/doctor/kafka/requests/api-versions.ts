import { RequestWriter } from '../../../log/kafka/wire/request-writer.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';
import { ResponseReader } from '../../../log/kafka/wire/response-reader.ts';
import type { BrokerVersions, VersionRange } from '../checks/versions.ts';

const SOFTWARE = ['cryptopipe', '1'] as const;
const SUPPORTED_FEATURES = 0;
const FINALIZED_FEATURES = 2;

/** ApiVersions, version 3: the first with features (KIP-584). Its response has the old header, without tags. */
export const versionsRequest = (): WireRequest<Pick<BrokerVersions, 'features' | 'levels'>> => ({
  apiKey: 18,
  apiVersion: 3,
  apiName: 'ApiVersions',
  body: () =>
    new RequestWriter().noTags().compactString(SOFTWARE[0]).compactString(SOFTWARE[1]).noTags().written(),
  read: (payload) => {
    const answer = new ResponseReader(payload);
    const range = (): VersionRange => ({ min: answer.int16(), max: answer.int16() });
    const features = new Map<string, VersionRange>();
    const levels = new Map<string, number>();
    // A broker without this version responds with an error in the version 0 format.
    if (answer.int16() !== 0) return { features, levels };
    answer.compactArray(() => {
      answer.int16(); // API key
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
          // The maximum level comes first.
          levels.set(answer.compactString(), range().min);
          answer.skipTags();
        });
      else for (let i = 0; i < size; i++) answer.int8();
    }
    return { features, levels };
  },
});
