import { AnswerReader } from '../../../log/kafka/wire/answer.ts';

/** The partitions of an answer that holds nothing but them, by topic, and their throttle time first. */
export function readPartitions<T>(
  payload: Buffer,
  read: (answer: AnswerReader, topic: string) => T,
): readonly T[] {
  const answer = new AnswerReader(payload);
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
