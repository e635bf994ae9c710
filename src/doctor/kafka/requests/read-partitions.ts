import { ResponseReader } from '../../../log/kafka/wire/response-reader.ts';

/** Reads a response that consists of a throttle time and an array of topics with their partitions. */
export function readPartitions<T>(
  payload: Buffer,
  read: (answer: ResponseReader, topic: string) => T,
): readonly T[] {
  const answer = new ResponseReader(payload);
  answer.skipTags();
  answer.int32(); // throttle time
  return answer
    .compactArray(() => {
      const topic = answer.compactString();
      const found = answer.compactArray(() => read(answer, topic));
      answer.skipTags();
      return found;
    })
    .flat();
}
