import { AnswerReader } from '../../../log/kafka/wire/answer.ts';
import { BodyWriter } from '../../../log/kafka/wire/body.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';

/** Kinds of what has settings (ConfigResource.java). */
export const OF_TOPIC = 2;
export const OF_BROKER = 4;

export interface ResourceConfigs {
  /** Of a topic, or the number of a broker. */
  readonly name: string;
  /** Of Kafka's protocol; 29, 31: this user may not see them. */
  readonly errorCode: number;
  /** Secret ones are ''. */
  readonly configs: Readonly<Record<string, string>>;
}

const NO = 0;
const ALL = 0;

/** DescribeConfigs, version 4: all settings of topics, or of the broker that is asked. */
export const configsRequest = (
  kind: typeof OF_TOPIC | typeof OF_BROKER,
  names: readonly string[],
): WireRequest<readonly ResourceConfigs[]> => ({
  apiKey: 32,
  apiVersion: 4,
  apiName: 'DescribeConfigs',
  body: () => {
    const body = new BodyWriter().noTags();
    body.compactArray(names, (name) => body.int8(kind).compactString(name).uvarint(ALL).noTags());
    // Neither where a setting comes from nor its documentation.
    return body.int8(NO).int8(NO).noTags().written();
  },
  read: (payload) => {
    const answer = new AnswerReader(payload);
    answer.skipTags();
    answer.int32(); // throttle time
    return answer.compactArray(() => readResource(answer));
  },
});

function readResource(answer: AnswerReader): ResourceConfigs {
  const errorCode = answer.int16();
  answer.compactString(); // of the error
  answer.int8(); // kind
  const name = answer.compactString();
  const configs = answer.compactArray(() => {
    const pair = [answer.compactString(), answer.compactString()] as const;
    answer.int8(); // read only
    answer.int8(); // source
    answer.int8(); // secret
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
