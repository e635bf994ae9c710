import { RequestWriter } from '../../../log/kafka/wire/request-writer.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';
import { ResponseReader } from '../../../log/kafka/wire/response-reader.ts';

/** Resource types (ConfigResource.java). */
export const OF_TOPIC = 2;
export const OF_BROKER = 4;

export interface ResourceConfigs {
  /** Topic name or broker id. */
  readonly name: string;
  /** Kafka error code; 29 and 31 mean this user may not read them. */
  readonly errorCode: number;
  /** Sensitive values are ''. */
  readonly configs: Readonly<Record<string, string>>;
}

const NO = 0;
const ALL = 0;

/** DescribeConfigs, version 4: all settings of topics, or of the broker that receives the request. */
export const configsRequest = (
  kind: typeof OF_TOPIC | typeof OF_BROKER,
  names: readonly string[],
): WireRequest<readonly ResourceConfigs[]> => ({
  apiKey: 32,
  apiVersion: 4,
  apiName: 'DescribeConfigs',
  body: () => {
    const body = new RequestWriter().noTags();
    body.compactArray(names, (name) => body.int8(kind).compactString(name).uvarint(ALL).noTags());
    // No synonyms, no documentation.
    return body.int8(NO).int8(NO).noTags().written();
  },
  read: (payload) => {
    const answer = new ResponseReader(payload);
    answer.skipTags();
    answer.int32(); // throttle time
    return answer.compactArray(() => readResource(answer));
  },
});

function readResource(answer: ResponseReader): ResourceConfigs {
  const errorCode = answer.int16();
  answer.compactString(); // error message
  answer.int8(); // resource type
  const name = answer.compactString();
  const configs = answer.compactArray(() => {
    const pair = [answer.compactString(), answer.compactString()] as const;
    answer.int8(); // read only
    answer.int8(); // source
    answer.int8(); // sensitive
    answer.compactArray(() => {
      answer.compactString();
      answer.compactString();
      answer.int8();
      answer.skipTags();
    });
    answer.int8(); // type
    answer.compactString(); // documentation
    answer.skipTags();
    return pair;
  });
  answer.skipTags();
  return { name, errorCode, configs: Object.fromEntries(configs) };
}
