import { expect, test } from 'vitest';
import { outputTopic } from '../../../src/cli/args/output-topic.ts';
import { topicName } from '../../../src/core/text/topic-name.ts';

test.each(['prices', 'my.topic_1-x', 'a'.repeat(249), '...', '.a'])(
  '%s is a topic name and a template',
  (name) => {
    expect(topicName(name)).toBe(name);
    expect(outputTopic(name)).toBe(name);
  },
);

test.each(['', 'a b', 'a/b', 'a'.repeat(250), '.', '..', 'café', '{name}', '{coin'])(
  '%s is neither',
  (name) => {
    expect(() => topicName(name)).toThrow(RangeError);
    expect(() => outputTopic(name)).toThrow(RangeError);
  },
);

test.each(['{coin}-processed', '{tag}.{coin}', '{coin}', '{lang}_tweets', '{coin_name}'])(
  '%s is a template only',
  (name) => {
    expect(outputTopic(name)).toBe(name);
    expect(() => topicName(name)).toThrow('not a topic name');
  },
);
